// What is drawn, and the conversation itself, call here what lies with modules that in turn need them: openPage, press,
// retry, takeBack, pump, receiveLoop. kesu.js fills it in, so that imports run one way only.

export const actions = {};
