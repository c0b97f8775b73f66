// Makes the stories run against several processes.
process.env.SHOP = 'cluster';
