export { DataFolderBusy, DataFolderRefused } from './server/data-folder';
export { startEmbeddedMongo, type EmbeddedMongo, type EmbeddedMongoOptions } from './server/start';
