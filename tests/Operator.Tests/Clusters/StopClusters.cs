using Operator.Tests.Clusters;

#pragma warning disable CA1050, MA0047 // Outside of any namespace NUnit takes it for the whole assembly's.

/// <summary>Runs once after all tests.</summary>
[SetUpFixture]
public sealed class StopClusters
{
    [OneTimeTearDown]
    public Task Stop() => KubebuilderServer.StopSharedAsync();
}
