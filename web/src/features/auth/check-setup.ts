// What the daemon will ask of a new name and password, said before it is sent.
import { t } from "@/lib/i18n";

export const LEAST_PASSWORD = 12;
const LONGEST_NAME = 64;

export interface PasswordProblems {
  password?: string;
  again?: string;
}

export interface SetupProblems extends PasswordProblems {
  name?: string;
}

export function passwordHint(): string {
  return t("auth:setup.password_length", { least: LEAST_PASSWORD });
}

export function checkPassword(password: string, again: string): PasswordProblems {
  const problems: PasswordProblems = {};
  if ([...password].length < LEAST_PASSWORD) problems.password = passwordHint();
  if (again !== password) problems.again = t("auth:setup.differ");
  return problems;
}

export function checkSetup(name: string, password: string, again: string): SetupProblems {
  const length = [...name.trim()].length;
  const fine = length >= 1 && length <= LONGEST_NAME;
  const problems = checkPassword(password, again);
  return fine ? problems : { name: t("auth:setup.name_length", { most: LONGEST_NAME }), ...problems };
}
