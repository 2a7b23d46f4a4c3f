// For tests in TypeScript; the end-to-end tests import the other file, which plain Node can run.
export { makeChatModel } from './chatModel.mjs';
