import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import mongoose from 'mongoose';
import type { Config } from '../config/config';
import { Transactions } from './transactions';
import { uploadPartSchema, Uploads, uploadSchema } from './uploads';

mongoose.set('sanitizeFilter', true);
mongoose.set('strictQuery', 'throw');

/** What the driver is told, unless the URI says otherwise. */
export const driverDefaults = { serverSelectionTimeoutMS: 10_000, connectTimeoutMS: 10_000, socketTimeoutMS: 60_000, maxPoolSize: 50 };

/** The connection to MongoDB, transactions on it, and uploads in it. */
@Module({})
export class DatabaseModule {
  static forRoot(uri: string, { DATABASE_METRICS: monitorCommands }: Pick<Config, 'DATABASE_METRICS'>): DynamicModule {
    const connection = MongooseModule.forRoot(uri, {
      ...unlessIn(uri),
      ...(monitorCommands && { monitorCommands }),
      writeConcern: { w: 'majority' },
      bufferCommands: false,
      autoIndex: false,
      autoCreate: false,
      retryAttempts: 3,
      retryDelay: 1000,
    });
    const uploads = MongooseModule.forFeature([
      { name: 'upload', schema: uploadSchema },
      { name: 'uploadPart', schema: uploadPartSchema },
    ]);
    return {
      module: DatabaseModule,
      global: true,
      imports: [connection, uploads],
      providers: [Transactions, Uploads],
      exports: [Transactions, Uploads, connection],
    };
  }
}

/** To the driver an option counts more than the URI; here the operator's word does. Names of options have no case. */
function unlessIn(uri: string): Partial<typeof driverDefaults> {
  const named = new Set([...new URLSearchParams(uri.split('?')[1]).keys()].map((name) => name.toLowerCase()));
  return Object.fromEntries(Object.entries(driverDefaults).filter(([name]) => !named.has(name.toLowerCase())));
}
