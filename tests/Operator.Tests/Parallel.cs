// Most tests wait for what other threads do. Each has a cluster of its own, or its turn at the one that all share.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]
