import { screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { LogLevel } from "@/gen/tradingd/v1/logs_pb";
import { renderSignedIn } from "@/testing/render-app";
import { lineOf } from "@/testing/sample-audit";
import { SampleDaemon } from "@/testing/sample-daemon";
import { type Entry, fileOf, matching } from "./lines";

afterEach(() => history.replaceState({}, "", "/"));

function openLogs(path = "/logs") {
  history.replaceState({}, "", path);
  const sample = SampleDaemon.withUser();
  return { sample, ...renderSignedIn(sample) };
}

const following = (text: string) => screen.findByText(text);

describe("the log", () => {
  it("follows what comes, and holds still while it is paused", async () => {
    const { sample, user } = openLogs();
    await following("2 lines, following");
    sample.audit.log(lineOf(3, LogLevel.INFO, "tradingd::run", "third"));
    await following("3 lines, following");
    await user.click(screen.getByRole("button", { name: "Pause" }));
    sample.audit.log(lineOf(4, LogLevel.INFO, "tradingd::run", "fourth"));
    await screen.findByText("Paused; 1 new line");
    await user.click(screen.getByRole("button", { name: "Follow" }));
    await following("4 lines, following");
  });

  it("asks the daemon for the wanted level only", async () => {
    const { user } = openLogs();
    await following("2 lines, following");
    await user.click(screen.getByRole("radio", { name: "Warnings" }));
    await following("1 line, following");
  });

  it("says when a search finds nothing", async () => {
    openLogs("/logs?q=no+such+line");
    await screen.findByText("Nothing of what is here contains this text.");
  });
});

describe("what is shown", () => {
  const entries: Entry[] = [
    { id: "1", line: lineOf(1, LogLevel.INFO, "tradingd::run", "serving", { hash: "0123456789", why: "start" }) },
    { id: "gap 1", dropped: 5n },
    { id: "2", line: lineOf(2, LogLevel.ERROR, "tradingd::trader", "no answer") },
  ];

  it("is found in every part of a line", () => {
    expect(matching(entries, "START").map((each) => each.id)).toEqual(["1"]);
    expect(matching(entries, "trader").map((each) => each.id)).toEqual(["2"]);
    expect(matching(entries, " ")).toBe(entries);
  });

  it("is what is saved, with short fields first", async () => {
    const text = await fileOf(entries, (count) => `${count} missing`).text();
    expect(text.split("\n")).toEqual([
      "2024-03-01 12:00:01.000 INFO  tradingd::run serving why=start hash=0123456789",
      "5 missing",
      "2024-03-01 12:00:02.000 ERROR tradingd::trader no answer",
      "",
    ]);
  });
});
