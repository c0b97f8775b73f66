import { Asker } from '../../test/differential/asker';
import { openedEngine } from '../../test/opened-engine';
import { accumulators } from '../aggregation/accumulators';
import { pipelineStages } from '../aggregation/pipeline';
import type { Document } from '../bson/document';
import { expressionOperators } from '../expressions/compile';
import { filterOperators } from '../query/matcher';
import { updateOperators } from '../update/operator-update';
import { commands } from './dispatch';
import { splitStage, watchStage } from './watch';

/*
 * What the manual of MongoDB 7.0 lists and this server does not have must be refused, with the code and the name that MongoDB has for
 * what it does not know, so that no client takes silence for success.
 */

const opened = openedEngine();
const asker = new Asker(() => opened.engine);

beforeAll(async () => {
  await asker.ask({ insert: 'things', documents: [{ _id: 1, a: 1, list: [1] }] });
});

const words = (text: string): string[] => text.trim().split(/\s+/);
const without = (names: readonly string[], have: readonly string[]): string[] => names.filter((name) => !have.includes(name));

const documentedCommands = words(`
  abortReshardCollection abortTransaction addShard addShardToZone aggregate analyze analyzeShardKey applyOps appendOplogNote authenticate
  autoSplitVector balancerCollectionStatus balancerStart balancerStatus balancerStop buildInfo checkMetadataConsistency checkShardingIndex
  cleanupOrphaned cleanupReshardCollection clearJumboFlag clone cloneCollectionAsCapped collMod collStats commitReshardCollection
  commitTransaction compact compactStructuredEncryptionData configureQueryAnalyzer connectionStatus connPoolStats connPoolSync
  convertToCapped count create createIndexes createRole createSearchIndexes createUser currentOp dataSize dbHash dbStats delete distinct
  driverOIDTest drop dropAllRolesFromDatabase dropAllUsersFromDatabase dropConnections dropDatabase dropIndexes dropRole dropSearchIndex
  dropUser enableSharding endSessions explain features filemd5 find findAndModify flushRouterConfig fsync fsyncUnlock getAuditConfig
  getClusterParameter getCmdLineOpts getDefaultRWConcern getLog getMore getParameter getShardMap getShardVersion godinsert
  grantPrivilegesToRole grantRolesToRole grantRolesToUser hello hostInfo insert invalidateUserCache isdbgrid isSelf killAllSessions
  killAllSessionsByPattern killCursors killOp killSessions listCollections listCommands listDatabases listIndexes listShards
  lockInfo logApplicationMessage logout logRotate mapReduce medianKey mergeAllChunksOnShard mergeChunks moveChunk moveCollection movePrimary
  moveRange netstat ping planCacheClear planCacheClearFilters planCacheListFilters planCacheSetFilter profile refineCollectionShardKey
  refreshSessions reIndex removeShard removeShardFromZone renameCollection replSetAbortPrimaryCatchUp replSetFreeze replSetGetConfig
  replSetGetStatus replSetInitiate replSetMaintenance replSetReconfig replSetResizeOplog replSetStepDown replSetSyncFrom reshardCollection
  revokePrivilegesFromRole revokeRolesFromRole revokeRolesFromUser rolesInfo rotateCertificates rotateFTDC saslContinue saslStart
  serverStatus setAllowMigrations setAuditConfig setClusterParameter setDefaultRWConcern setFeatureCompatibilityVersion
  setIndexCommitQuorum setParameter setShardVersion setUserWriteBlockMode shardCollection shardConnPoolStats shardingState shutdown
  split splitVector startRecordingTraffic startSession stopRecordingTraffic top transitionFromDedicatedConfigServer unsetSharding update
  updateRole updateSearchIndex updateUser updateZoneKeyRange usersInfo validate validateDBMetadata waitForFailPoint whatsmyuri`);

const documentedStages = words(`
  $addFields $bucket $bucketAuto $changeStream $changeStreamSplitLargeEvent $collStats $count $currentOp $densify $documents $facet $fill
  $geoNear $graphLookup $group $indexStats $limit $listLocalSessions $listSampledQueries $listSearchIndexes $listSessions $lookup $match
  $merge $out $planCacheStats $project $redact $replaceRoot $replaceWith $sample $search $searchMeta $set $setWindowFields
  $shardedDataDistribution $skip $sort $sortByCount $unionWith $unset $unwind $vectorSearch`);

const documentedFilters = words(`
  $all $and $bitsAllClear $bitsAllSet $bitsAnyClear $bitsAnySet $comment $elemMatch $eq $exists $expr $geoIntersects $geoWithin $gt $gte $in
  $jsonSchema $lt $lte $mod $ne $near $nearSphere $nin $nor $not $or $rand $regex $size $text $type $where $within $maxDistance $minDistance
  $uniqueDocs $geometry`);

/** Known and refused: as without a geo index, or as not implemented. */
const geo: Readonly<Record<string, number>> = { $near: 291, $nearSphere: 291, $geoIntersects: 238, $geoWithin: 238, $within: 238 };

const documentedUpdates = words(`
  $addToSet $bit $currentDate $inc $max $min $mul $pop $pull $pullAll $push $pushAll $rename $set $setOnInsert $unset`);

const documentedAccumulators = words(`
  $accumulator $addToSet $avg $bottom $bottomN $count $first $firstN $last $lastN $max $maxN $median $mergeObjects $min $minN $percentile
  $push $stdDevPop $stdDevSamp $sum $top $topN`);

const documentedExpressions = words(`
  $abs $accumulator $acos $acosh $add $allElementsTrue $and $anyElementTrue $arrayElemAt $arrayToObject $asin $asinh $atan $atan2 $atanh
  $avg $binarySize $bitAnd $bitNot $bitOr $bitXor $bsonSize $ceil $cmp $concat $concatArrays $cond $convert $cos $cosh $covariancePop
  $covarianceSamp $dateAdd $dateDiff $dateFromParts $dateFromString $dateSubtract $dateToParts $dateToString $dateTrunc $dayOfMonth
  $dayOfWeek $dayOfYear $degreesToRadians $denseRank $derivative $divide $documentNumber $eq $exp $expMovingAvg $filter $first $firstN
  $floor $function $getField $gt $gte $hour $ifNull $in $indexOfArray $indexOfBytes $indexOfCP $integral $isArray $isNumber $isoDayOfWeek
  $isoWeek $isoWeekYear $last $lastN $let $linearFill $literal $ln $locf $log $log10 $lt $lte $ltrim $map $max $maxN $median
  $mergeObjects $meta $millisecond $min $minN $minute $mod $month $multiply $ne $not $objectToArray $or $percentile $pow
  $radiansToDegrees $rand $range $rank $reduce $regexFind $regexFindAll $regexMatch $replaceAll $replaceOne $reverseArray $round $rtrim
  $sampleRate $second $setDifference $setEquals $setField $setIntersection $setIsSubset $setUnion $shift $sin $sinh $size $slice
  $sortArray $split $sqrt $stdDevPop $stdDevSamp $strLenBytes $strLenCP $strcasecmp $substr $substrBytes $substrCP $subtract $sum $switch
  $tan $tanh $toBool $toDate $toDecimal $toDouble $toInt $toLong $toLower $toObjectId $toString $toUpper $top $topN $trim $trunc
  $tsIncrement $tsSecond $type $unsetField $week $year $zip`);

const pipeline = (...stages: Document[]): Document => ({ aggregate: 'things', pipeline: stages, cursor: {} });

it.each(without(documentedCommands, Object.keys(commands)))('refuses the command %s', async (name) => {
  for (const command of [{ [name]: 1 }, { [name]: 'things' }, { [name]: 1, $db: 'admin' }]) {
    const answer = await asker.ask(command);
    expect(answer).toMatchObject({ ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: `no such command: '${name}'` });
  }
});

it.each(without(documentedStages, [...pipelineStages, watchStage, splitStage]))('refuses the stage %s', async (name) => {
  const refusal = { ok: 0, code: 40324, codeName: 'Location40324', errmsg: `Unrecognized pipeline stage name: '${name}'` };
  expect(await asker.ask(pipeline({ [name]: {} }))).toMatchObject(refusal);
  expect(await asker.ask(pipeline({ $match: {} }, { $facet: { part: [{ [name]: {} }] } }))).toMatchObject(refusal);
  expect(await asker.ask(pipeline({ $unionWith: { coll: 'things', pipeline: [{ [name]: {} }] } }))).toMatchObject(refusal);
  expect(await asker.ask({ update: 'things', updates: [{ q: {}, u: [{ [name]: {} }] }] })).toMatchObject({ writeErrors: [{ code: 72 }] });
});

it.each(without(documentedFilters, filterOperators))('refuses the filter %s', async (name) => {
  for (const filter of [{ [name]: {} }, { a: { [name]: 1 } }, { list: { $elemMatch: { [name]: 1 } } }, { a: { $not: { [name]: 1 } } }]) {
    const { code } = await asker.ask({ find: 'things', filter });
    expect([2, geo[name]]).toContain(code);
    expect(await asker.ask({ count: 'things', query: filter })).toMatchObject({ ok: 0, code });
    expect(await asker.ask({ distinct: 'things', key: 'a', query: filter })).toMatchObject({ ok: 0, code });
    expect(await asker.ask(pipeline({ $match: filter }))).toMatchObject({ ok: 0, code });
    const { writeErrors } = await asker.ask({ delete: 'things', deletes: [{ q: filter, limit: 0 }] });
    expect(writeErrors).toMatchObject([{ code }]);
  }
});

it.each(without(documentedUpdates, updateOperators))('refuses the update %s', async (name) => {
  const update = { [name]: { a: 1 } };
  expect(await asker.ask({ update: 'things', updates: [{ q: {}, u: update }] })).toMatchObject({ writeErrors: [{ index: 0, code: 9 }] });
  expect(await asker.ask({ findAndModify: 'things', query: {}, update })).toMatchObject({ ok: 0, code: 9, codeName: 'FailedToParse' });
});

it.each(without(documentedAccumulators, accumulators))('refuses the accumulator %s', async (name) => {
  const refusal = { ok: 0, code: 15952, codeName: 'Location15952', errmsg: `unknown group operator '${name}'` };
  expect(await asker.ask(pipeline({ $group: { _id: 1, n: { [name]: {} } } }))).toMatchObject(refusal);
  expect(await asker.ask(pipeline({ $bucket: { groupBy: '$a', boundaries: [0, 9], output: { n: { [name]: {} } } } }))).toMatchObject(
    refusal,
  );
});

it.each(without(documentedExpressions, [...expressionOperators, '$literal']))('refuses the expression %s', async (name) => {
  const unknown = { ok: 0, code: 168, codeName: 'InvalidPipelineOperator', errmsg: expect.stringContaining(`'${name}'`) as unknown };
  const inProjection = { ok: 0, code: 31325, codeName: 'Location31325' };
  const expression = { [name]: {} };
  expect(await asker.ask(pipeline({ $addFields: { v: expression } }))).toMatchObject(unknown);
  expect(await asker.ask(pipeline({ $group: { _id: expression } }))).toMatchObject(unknown);
  expect(await asker.ask(pipeline({ $project: { v: { $add: [1, expression] } } }))).toMatchObject(unknown);
  expect(await asker.ask({ find: 'things', filter: { $expr: expression } })).toMatchObject(unknown);
  expect(await asker.ask(pipeline({ $project: { v: expression } }))).toMatchObject(inProjection);
  expect(await asker.ask({ find: 'things', projection: { v: expression } })).toMatchObject(inProjection);
});

describe('an option that is documented and not supported', () => {
  const documentedOptions: Readonly<Record<string, string>> = {
    aggregate: 'pipeline explain allowDiskUse cursor bypassDocumentValidation collation hint let',
    find: `filter sort projection hint skip limit batchSize singleBatch max min returnKey showRecordId tailable oplogReplay noCursorTimeout
      awaitData allowPartialResults collation allowDiskUse let`,
    count: 'query limit skip hint collation',
    distinct: 'key query collation hint',
    insert: 'documents ordered bypassDocumentValidation',
    update: 'updates ordered bypassDocumentValidation let',
    delete: 'deletes ordered let',
    findAndModify: 'query sort remove update new fields upsert bypassDocumentValidation collation arrayFilters hint let',
    getMore: 'collection batchSize',
    create: `capped timeseries expireAfterSeconds clusteredIndex changeStreamPreAndPostImages autoIndexId size max storageEngine validator
      validationLevel validationAction indexOptionDefaults viewOn pipeline collation encryptedFields`,
    collMod: `index validator validationLevel validationAction viewOn pipeline cappedSize cappedMax expireAfterSeconds timeseries
      changeStreamPreAndPostImages dryRun`,
    createIndexes: 'indexes commitQuorum',
    dropIndexes: 'index',
    renameCollection: 'to dropTarget',
    listCollections: 'filter nameOnly authorizedCollections',
    listDatabases: 'filter nameOnly authorizedDatabases',
    collStats: 'scale',
    dbStats: 'scale freeStorage',
    drop: '',
    dropDatabase: '',
    listIndexes: 'cursor',
    killCursors: 'cursors',
  };

  it.each(Object.entries(documentedOptions))('is at least known to %s', (name, options) => {
    expect(without(words(options).filter(Boolean), commands[name]!.options)).toEqual([]);
  });

  const refused = Object.entries(commands).flatMap(([name, command]) => (command.refused ?? []).map((option) => [name, option] as const));
  it.each(refused)('of %s: %s', async (name, option) => {
    const answer = await asker.ask({ [name]: 'things', [option]: { x: 1 } });
    expect(answer).toMatchObject({ ok: 0, code: 238, codeName: 'NotImplemented' });
  });

  it.each(Object.keys(commands))('is told from one that nobody knows by %s', async (name) => {
    expect(await asker.ask({ [name]: 1, frobnicate: 1 })).toMatchObject({ ok: 0, code: 40415, codeName: 'Location40415' });
  });
});

it.each<[string, Document, number, string]>([
  ['a statement of an update', { update: 'things', updates: [{ q: {}, u: {}, nope: 1 }] }, 40415, 'Location40415'],
  ['a statement of a delete', { delete: 'things', deletes: [{ q: {}, limit: 0, nope: 1 }] }, 40415, 'Location40415'],
  ['a collation', { find: 'things', collation: { locale: 'en', nope: 1 } }, 40415, 'Location40415'],
  ['a schema', { find: 'things', filter: { $jsonSchema: { nope: 1 } } }, 9, 'FailedToParse'],
  ['an index', { createIndexes: 'things', indexes: [{ key: { a: 1 }, name: 'a', nope: 1 }] }, 197, 'InvalidIndexSpecificationOption'],
  ['an index option for geo', { createIndexes: 'things', indexes: [{ key: { a: 1 }, name: 'a', bits: 9 }] }, 67, 'CannotCreateIndex'],
  ['an index of a kind', { createIndexes: 'things', indexes: [{ key: { a: 'nope' }, name: 'a' }] }, 67, 'CannotCreateIndex'],
  ['a geo index', { createIndexes: 'things', indexes: [{ key: { a: '2dsphere' }, name: 'a' }] }, 67, 'CannotCreateIndex'],
  ['a wildcard index', { createIndexes: 'things', indexes: [{ key: { '$**': 1 }, name: 'a' }] }, 67, 'CannotCreateIndex'],
  ['a kind of metadata', { find: 'things', projection: { a: { $meta: 'nope' } } }, 17308, 'Location17308'],
  ['a type', { find: 'things', filter: { a: { $type: 'nope' } } }, 2, 'BadValue'],
  ['a read concern', { find: 'things', readConcern: { level: 'nope' } }, 9, 'FailedToParse'],
  ['a member of a $lookup', pipeline({ $lookup: { from: 'x', as: 'y', nope: 1 } }), 9, 'FailedToParse'],
  ['a parameter', { setParameter: 1, nope: 1, $db: 'admin' }, 40415, 'Location40415'],
])('refuses %s that it does not know', async (_name, command, code, codeName) => {
  expect(await asker.ask(command)).toMatchObject({ ok: 0, code, codeName });
});
