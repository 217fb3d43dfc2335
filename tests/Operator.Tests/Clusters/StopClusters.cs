using GemmaOperator.Tests.Clusters;

namespace GemmaOperator.Tests;

/// <summary>Runs once after all tests below the root namespace.</summary>
[SetUpFixture]
public sealed class StopClusters
{
    [OneTimeTearDown]
    public Task Stop() => KubebuilderServer.StopSharedAsync();
}
