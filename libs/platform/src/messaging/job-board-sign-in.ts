/**
 * Asks for an admin's name and password, gets the cookie of the job board for them, and comes back to the page that was asked for. Of the account's
 * session nothing is kept.
 */
export const signInScript = `
const form = document.querySelector('form');
const send = async (path, token, body) => {
  const headers = { ...(token && { authorization: 'Bearer ' + token }), ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(path, { method: 'POST', headers, body: body && JSON.stringify(body) });
  const answer = response.status === 204 ? {} : await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
};
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const output = form.querySelector('output');
  output.value = '';
  try {
    const { accessToken } = await send('/api/auth/login', '', Object.fromEntries(new FormData(form)));
    try {
      await send('/api/admin/jobs/board', accessToken);
    } finally {
      await send('/api/auth/logout', accessToken).catch(() => undefined);
    }
    location.reload();
  } catch (error) {
    output.value = error.message;
  }
});
`;

/** What a browser without a session is shown in place of the board. */
export const signInPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Jobs: sign in</title>
<style>
  body { font: 1rem/1.5 system-ui, sans-serif; display: grid; place-content: center; min-height: 90vh; }
  form { display: grid; gap: 1rem; width: 20rem; }
  label { display: grid; }
  input, button { font: inherit; padding: 0.4rem; }
</style>
<form method="post">
  <h1>Jobs</h1>
  <p>For admins. It shows how wake-ups pass through Redis, for a quarter of an hour.</p>
  <label>Email <input name="email" type="email" autocomplete="username" required autofocus></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <button>Sign in</button>
  <output role="alert"></output>
  <noscript>This page needs JavaScript, as the board does.</noscript>
</form>
<script>${signInScript}</script>
</html>
`;
