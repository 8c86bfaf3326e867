// A person at a browser without a screen: opens an address, fills in the sign-in form, and says where it led.

const HIDDEN = /<input type="hidden" name="([^"]*)" value="([^"]*)"/g;
const HOPS_MAX = 10;

/**
 * Resolves the address of the application to which the browser was sent back.
 * @param cookies the browser's own, by name; those that it is given are added
 */
export async function signIn(address, { email, password }, cookies = new Map()) {
  const { origin } = new URL(address);

  const open = async (url, init) => {
    const answer = await fetch(url, { ...init, redirect: "manual", headers: { cookie: sent(cookies), ...init?.headers } });
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]*)=([^;]*)/.exec(cookie);
      cookies.set(name, value);
    }
    return answer;
  };

  const follow = async (answer, url) => {
    for (let hops = 0; hops < HOPS_MAX; hops++) {
      const location = answer.headers.get("location");
      if (location === null) return { answer, url };
      url = new URL(location, url);
      if (url.origin !== origin) return { answer, url };
      answer = await open(url);
    }
    throw new Error(`More than ${HOPS_MAX} redirects.`);
  };

  const page = await follow(await open(address), new URL(address));
  if (page.url.origin !== origin) return page.url;
  const form = new URLSearchParams({ username: email, password });
  for (const [, name, value] of (await page.answer.text()).matchAll(HIDDEN)) form.set(name, value);
  const posted = await open(`${origin}/login`, {
    method: "POST",
    body: form,
    headers: { origin, "sec-fetch-site": "same-origin" },
  });
  const { url, answer } = await follow(posted, new URL(`${origin}/login`));
  if (url.origin === origin) throw new Error(`Sign-in ended at ${url.pathname} with ${answer.status}.`);
  return url;
}

/** The value of the header `cookie` that a browser with these cookies sends. */
export const sent = (cookies) => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
