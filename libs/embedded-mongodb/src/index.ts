export { DataFolderBusy, DataFolderRefused } from './data-folder';
export { startEmbeddedMongo, type EmbeddedMongo, type EmbeddedMongoOptions } from './start';
