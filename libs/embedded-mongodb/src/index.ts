export { DataFolderBusy, DataFolderRefused } from './server/data-folder-errors';
export { startEmbeddedMongo, type EmbeddedMongo, type EmbeddedMongoOptions } from './server/start';
export { shareEmbeddedMongo, type SharedMongo } from './server/share';
