import { Global, Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { Audit, auditSchema } from './audit';
import { AuditController } from './audit.controller';
import { AuditLog } from './audit-log';

/** Who changed what: written by stores, read by admins. */
@Global()
@Module({
  imports: [MongooseModule.forFeature([{ name: 'auditEntry', schema: auditSchema }])],
  controllers: [AuditController],
  providers: [Audit, AuditLog],
  exports: [Audit],
})
export class AuditModule {}
