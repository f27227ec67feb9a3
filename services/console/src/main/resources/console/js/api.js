/**
 * Asks the API of this process. The token, if one is needed, is kept for the session of the browser
 * tab and sent as a header, never in an address.
 */

const TOKEN = "millrace.token";

/** An answer that says no: `message` is the server's sentence, `status` its HTTP status, 0 for no answer. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** Whether a token, or another one, is what is missing. */
  get denied() {
    return this.status === 401 || this.status === 403;
  }
}

/** The token of this session; empty for none. */
export function token() {
  return sessionStorage.getItem(TOKEN) ?? "";
}

/** Keeps a token for this session; an empty one forgets it. */
export function setToken(value) {
  if (value) {
    sessionStorage.setItem(TOKEN, value);
  } else {
    sessionStorage.removeItem(TOKEN);
  }
}

/** One segment of a path: an id with a slash stays one segment. */
export function segment(id) {
  return encodeURIComponent(id);
}

/**
 * Sends a request.
 *
 * @param {string} path relative to the page, such as `v1/models`
 * @param {Object} [options] `params`: the query, null left out; `method`; `json` or `body` with
 *     `type`; `signal`; `accept`
 * @returns {Promise<Response>} a successful response
 * @throws {ApiError} if there is no answer or one that says no
 */
export async function request(path, { params = {}, method = "GET", json, body, type, signal, accept } = {}) {
  const query = new URLSearchParams(
    Object.entries(params).filter(([, value]) => value !== null && value !== undefined),
  );
  const headers = { Accept: accept ?? "application/json" };
  if (token()) {
    headers.Authorization = `Bearer ${token()}`;
  }
  if (json !== undefined || type) {
    headers["Content-Type"] = type ?? "application/json";
  }
  let response;
  try {
    response = await fetch(query.size ? `${path}?${query}` : path, {
      method,
      headers,
      body: json === undefined ? body : JSON.stringify(json),
      signal,
      cache: "no-store",
    });
  } catch (problem) {
    if (problem.name === "AbortError") {
      throw problem;
    }
    throw new ApiError(0, "Millrace does not answer. Is the process still running?");
  }
  if (!response.ok) {
    throw new ApiError(response.status, await sentence(response));
  }
  return response;
}

/** The JSON that a path answers. */
export async function get(path, params, signal) {
  return (await request(path, { params, signal })).json();
}

/** Posts JSON and returns the JSON of the answer. */
export async function post(path, json, { params, signal } = {}) {
  return (await request(path, { method: "POST", json, params, signal })).json();
}

async function sentence(response) {
  const text = await response.text();
  try {
    return JSON.parse(text).error ?? text;
  } catch {
    return text || `${response.status} ${response.statusText}`;
  }
}
