export { fillMethods, type FillMethod } from './fillMethod';
export { OpenAiServer, type OpenAiServerOptions, type ServerFacts } from './openAiServer';
export { findFillMethod, readServerFacts, tryChat } from './probeServer';
export { ServerError, type ServerStep } from './serverError';
export { kindOfHost, serverKinds, serverNames, type ServerKind } from './serverKind';
export { listModels, loadedContext, recogniseServer, type ServerModel } from './serverModels';
export { Transport, usualTimeouts, type ServerTimeouts, type TransportOptions } from './transport';
