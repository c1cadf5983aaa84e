// What is typed into a form and not sent yet, kept in this tab. Where storage is blocked it lasts as long as the page.
window.kesuKept = (name) => {
  "use strict";
  const place = `kesu-draft:${name}`;
  return {
    /** What was kept last; null if nothing was. */
    read() {
      try {
        return JSON.parse(sessionStorage.getItem(place));
      } catch {
        return null;
      }
    },
    /** Keep a value; without one what was kept is forgotten. */
    write(value) {
      try {
        if (value) sessionStorage.setItem(place, JSON.stringify(value));
        else sessionStorage.removeItem(place);
      } catch {
        // blocked
      }
    },
  };
};
