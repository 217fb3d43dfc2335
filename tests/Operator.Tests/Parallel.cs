using Operator.Tests.Check.Rights;

// Most tests wait for what other threads do. Each has a cluster of its own, or its turn at the one that all share.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]

// What the operator asks of the API server in any test is held to the rights that the chart grants.
[assembly: RecordsRights]
