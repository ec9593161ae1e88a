// Before each test file: the texts, what happy-dom lacks, and a clean page after each test.
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { startTexts } from "@/lib/i18n";

startTexts();

afterEach(() => {
  cleanup();
  localStorage.clear();
});
