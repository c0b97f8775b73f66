import { Module, type DynamicModule } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import mongoose from 'mongoose';
import type { Config } from '../config/config';
import { Transactions } from './transactions';

mongoose.set('sanitizeFilter', true);
mongoose.set('strictQuery', 'throw');

const timeouts = { serverSelectionTimeoutMS: 10_000, connectTimeoutMS: 10_000, socketTimeoutMS: 60_000 };

/** The connection to MongoDB, and transactions on it. */
@Module({})
export class DatabaseModule {
  static forRoot(uri: string, { DATABASE_METRICS: monitorCommands }: Pick<Config, 'DATABASE_METRICS'>): DynamicModule {
    const connection = MongooseModule.forRoot(uri, {
      ...timeouts,
      maxPoolSize: 50,
      ...(monitorCommands && { monitorCommands }),
      writeConcern: { w: 'majority' },
      bufferCommands: false,
      autoIndex: false,
      autoCreate: false,
      retryAttempts: 3,
      retryDelay: 1000,
    });
    return { module: DatabaseModule, global: true, imports: [connection], providers: [Transactions], exports: [Transactions, connection] };
  }
}
