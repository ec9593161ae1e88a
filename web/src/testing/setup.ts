// Before each test file: the texts, what happy-dom lacks, and a clean page after each test.
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { startTexts } from "@/lib/i18n";

startTexts();
// A page's code is loaded when it is opened; on a busy machine that takes its time.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => {
  cleanup();
  localStorage.clear();
});
