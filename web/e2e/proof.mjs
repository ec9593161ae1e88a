// Actions that ask for a fresh proof open one more dialog when the login is some minutes old.

/** Does something, and answers the question for the password if it comes, until `done` is there. */
export async function provingIfAsked({ page, settings }, act, done) {
  await act();
  const asks = page.getByRole("dialog", { name: "Prove that it is you" });
  await asks.or(done).first().waitFor();
  if (!(await asks.isVisible())) return;
  await asks.getByLabel("Password").fill(settings.password);
  await asks.getByRole("button", { name: "Confirm" }).click();
  await done.waitFor();
}
