// What the daemon will ask of the first admin, said before it is sent.

export const LEAST_PASSWORD = 12;
const LONGEST_NAME = 64;

export interface SetupProblems {
  name?: string;
  password?: string;
  again?: string;
}

export function checkSetup(name: string, password: string, again: string): SetupProblems {
  const length = [...name.trim()].length;
  const problems: SetupProblems = {};
  if (length < 1 || length > LONGEST_NAME) problems.name = `1 to ${LONGEST_NAME} characters`;
  if ([...password].length < LEAST_PASSWORD) {
    problems.password = `${LEAST_PASSWORD} characters or more`;
  }
  if (again !== password) problems.again = "the two passwords differ";
  return problems;
}
