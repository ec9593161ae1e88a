// Ctrl+K: type a few letters of a page, symbol or action, choose with the arrows, go with Enter.
import { type KeyboardEvent, useId, useState } from "react";
import { Modal } from "@/components/modal";
import { t } from "@/lib/i18n";
import { type Command, useCommands } from "./use-commands";

function matches(command: Command, typed: string): boolean {
  const label = command.label.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((part) => label.includes(part));
}

const MOVES: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => (at >= last ? 0 : at + 1),
  ArrowUp: (at, last) => (at <= 0 ? last : at - 1),
};

export function Palette({ onClose }: { onClose(): void }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useId();
  const found = useCommands().filter((each) => matches(each, typed.trim()));
  const at = Math.min(chosen, Math.max(0, found.length - 1));
  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const pressed = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (move) setChosen(move(at, found.length - 1));
    else if (event.key === "Enter") run(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal title={t("shell:palette.title")} onClose={onClose}>
      <input
        type="text"
        role="combobox"
        aria-label={t("shell:palette.title")}
        aria-expanded="true"
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? `${list}-${at}` : undefined}
        placeholder={t("shell:palette.placeholder")}
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
        onKeyDown={pressed}
        className="min-h-11 w-full rounded-lg border border-line bg-canvas px-3 text-base"
      />
      <div
        id={list}
        role="listbox"
        aria-label={t("shell:palette.results")}
        className="mt-2 max-h-[50dvh] overflow-y-auto"
      >
        {found.map((command, index) => (
          <div
            key={`${command.kind} ${command.label}`}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            ref={(line) => {
              if (index === at) line?.scrollIntoView({ block: "nearest" });
            }}
            onMouseMove={() => setChosen(index)}
            onClick={() => run(command)}
            onKeyDown={pressed}
            className="flex min-h-9 cursor-pointer items-center justify-between gap-4 rounded-md px-3 text-sm aria-selected:bg-raised"
          >
            <span>{command.label}</span>
            <span className="text-xs text-muted">{t(`shell:palette.${command.kind}`)}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p role="status" className="py-4 text-center text-sm text-muted">
          {t("shell:palette.none")}
        </p>
      )}
    </Modal>
  );
}
