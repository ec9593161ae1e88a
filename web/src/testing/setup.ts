// Before each test file: the texts, what happy-dom lacks, and a clean page after each test.
import { cleanup, configure } from "@testing-library/react";
import { afterEach } from "vitest";
import { startTexts } from "@/lib/i18n";

startTexts();
// Pages load their code when they are opened, and the machine may have other work.
configure({ asyncUtilTimeout: 8_000 });

afterEach(() => {
  cleanup();
  localStorage.clear();
});
