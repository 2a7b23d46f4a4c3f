export { ModelServer, type ModelServerOptions, type ServedModels } from './modelServer';
