/**
 * What happens in the system, as it happens: one stream of server-sent events for the whole page.
 * It is read by `fetch`, since `EventSource` cannot send the token. A lost connection is opened
 * again, after one second, then two, up to fifteen.
 */

import { request } from "./api.js";

/** The server sends at least a comment every 15 seconds; longer silence is a lost connection. */
const SILENCE_MS = 40_000;
const LONGEST_WAIT_MS = 15_000;
const ALWAYS = ["evaluation", "serving", "drift", "dead-letter", "version", "health"];

/**
 * The stream. It dispatches an event of the server as a `CustomEvent` of the same name with the
 * parsed data as `detail`; `state` when the connection changes; `resync` when it is there again after
 * a loss, so that what was missed is asked for.
 */
export class Live extends EventTarget {
  #types = [];
  #abort = null;
  #failures = 0;
  #state = "connecting";
  #retry = null;

  constructor() {
    super();
    window.addEventListener("online", () => this.#state === "lost" && this.#open());
  }

  /** `connecting`, `live`, `lost`, or `denied` while a token is missing. */
  get state() {
    return this.#state;
  }

  /** Opens the stream with what every view needs and these types. */
  follow(types = []) {
    this.#types = [...ALWAYS, ...types];
    this.#open();
  }

  /** Opens it again, as with a new token. */
  reopen() {
    this.#failures = 0;
    this.#open();
  }

  /** Calls a listener for some types of events until the signal aborts. */
  on(types, listener, signal) {
    for (const type of [types].flat()) {
      this.addEventListener(type, (event) => listener(event.detail, type), { signal });
    }
  }

  #set(state) {
    if (state !== this.#state) {
      const back = state === "live" && this.#state === "lost";
      this.#state = state;
      this.dispatchEvent(new CustomEvent("state"));
      if (back) {
        this.dispatchEvent(new CustomEvent("resync"));
      }
    }
  }

  async #open() {
    this.#abort?.abort();
    clearTimeout(this.#retry);
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const response = await request("v1/events", {
        params: { types: this.#types.join(",") },
        accept: "text/event-stream",
        signal: abort.signal,
      });
      this.#failures = 0;
      this.#set("live");
      await this.#read(response.body, abort);
    } catch (problem) {
      if (this.#abort !== abort) {
        return;
      }
      if (problem.denied) {
        this.#set("denied");
        this.dispatchEvent(new CustomEvent("denied", { detail: problem }));
        return;
      }
    }
    if (this.#abort === abort) {
      this.#set("lost");
      const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** this.#failures++);
      this.#retry = setTimeout(() => this.#open(), wait);
    }
  }

  async #read(body, abort) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let silence = setTimeout(() => abort.abort(), SILENCE_MS);
    let rest = "";
    let type = "message";
    let data = "";
    try {
      for (;;) {
        const { value, done } = await reader.read();
        if (done) {
          return;
        }
        clearTimeout(silence);
        silence = setTimeout(() => abort.abort(), SILENCE_MS);
        const lines = (rest + value).split(/\r?\n/);
        rest = lines.pop();
        for (const line of lines) {
          if (line === "") {
            if (data && this.#abort === abort) {
              this.dispatchEvent(new CustomEvent(type, { detail: JSON.parse(data) }));
            }
            type = "message";
            data = "";
          } else if (line.startsWith("event:")) {
            type = line.slice(6).trim();
          } else if (line.startsWith("data:")) {
            data += line.slice(5).trimStart();
          }
        }
      }
    } finally {
      clearTimeout(silence);
    }
  }
}
