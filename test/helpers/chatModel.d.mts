/** See chatModel.mjs, which the end-to-end tests use as it is. */
export function makeChatModel(parent: string, name?: string): string;
