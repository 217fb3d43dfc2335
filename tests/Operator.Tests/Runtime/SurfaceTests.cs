using GemmaOperator.Runtime.Host;

namespace Operator.Tests.Runtime;

/// <summary>The runtime's public types are its contract: one that appears or goes should be meant.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class SurfaceTests
{
    [Test]
    public void The_runtime_shows_its_contract_and_nothing_else() =>
        Assert.That(
            typeof(ControllerHost)
                .Assembly.GetExportedTypes()
                .Select(type => type.FullName!["GemmaOperator.Runtime.".Length..].Split('`')[0]),
            Is.EquivalentTo([
                "Caching.ReflectorOptions",
                "Client.KubeClient",
                "Client.KubeTransportOptions",
                "Contracts.CacheIndex",
                "Contracts.DeletePreconditions",
                "Contracts.EventType",
                "Contracts.FieldConflict",
                "Contracts.IEntityController",
                "Contracts.IEventRecorder",
                "Contracts.IIndexer",
                "Contracts.IKubeApi",
                "Contracts.KubeApiException",
                "Contracts.KubePage",
                "Contracts.KubeRequest",
                "Contracts.LeadershipLostException",
                "Contracts.ListQuery",
                "Contracts.ObjectKey",
                "Contracts.PartialObjectMetadata",
                "Contracts.ReconciliationOutcome",
                "Contracts.ReconciliationResult",
                "Contracts.Unreadable",
                "Contracts.WrittenQuantity",
                "Control.ControllerOptions",
                "Control.Predicates",
                "Control.ReconcileTracing",
                "Host.ControllerHost",
                "Host.ControllerHostOptions",
                "Host.HostHealth",
                "Host.IControllerBuilder",
                "Host.IControllerHost",
                "Leadership.LeaderElectionOptions",
                "Text.VisibleText",
                "Text.VisibleWriter",
            ])
        );
}
