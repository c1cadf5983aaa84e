// What the page can listen to.

export const listeners = new Map();

/** Tells the page. Never the text of a message: a transcript is the customer's. */
export function emit(event, detail = {}) {
  for (const fn of listeners.get(event) || []) {
    try {
      fn(detail);
    } catch (error) {
      setTimeout(() => {
        throw error; // the page's own mistake, reported as such
      });
    }
  }
}

/** Listens to ready, open, close, message, ticket, unread, owner, error or identityrefused; gives the function that stops. */
export function on(event, fn) {
  listeners.set(event, [...(listeners.get(event) || []), fn]);
  return () => {
    const others = listeners.get(event).filter((other) => other !== fn);
    listeners.set(event, others);
  };
}
