using System.Collections.Concurrent;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Runtime.Host;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Gadgets;

namespace Operator.Tests.Runtime.Control;

/// <summary>
/// Of several namespaces that are watched, one that can't be read (no Role there, or not there at all) keeps nobody
/// waiting, is told, and is taken up once it can be.
/// </summary>
internal sealed class SeveralNamespacesTests : IEntityController<Gadget>
{
    private readonly ConcurrentQueue<string> _reconciled = new();

    public Task<ReconciliationResult<Gadget>> ReconcileAsync(Gadget entity, CancellationToken cancellationToken)
    {
        _reconciled.Enqueue($"{entity.Metadata.NamespaceProperty}/{entity.Metadata.Name}");
        return Task.FromResult(ReconciliationResult<Gadget>.Success(entity));
    }

    public Task<ReconciliationResult<Gadget>> DeletedAsync(Gadget entity, CancellationToken cancellationToken) =>
        Task.FromResult(ReconciliationResult<Gadget>.Success(entity));

    [Test]
    public async Task One_without_a_Role_waits_alone_and_is_taken_up_with_it()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.InstallAsync(GadgetDefinition.Make());
        var (open, shut) = (cluster.Namespace, $"{cluster.Namespace}-b");
        await cluster.Api.CreateAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = shut } },
            CancellationToken.None
        );
        var account = await ServiceAccounts.ConfigurationAsync(cluster, open, "watcher");
        await GrantAsync(cluster, open, open, "gadgets", "configmaps");
        // What is seen in part isn't worked on: its Gadgets can be read, what they own can't.
        await GrantAsync(cluster, shut, open, "gadgets");
        foreach (var ns in (string[])[open, shut])
        {
            await cluster.Api.ApplyAsync(Gadget.Of(ns, "one", 1), CancellationToken.None);
        }

        await using var host = new ControllerHost(
            new ControllerHostOptions
            {
                Configuration = account,
                Namespaces = [open, shut],
                ReportingController = "gadgets.test/operator",
                Transport = new KubeTransportOptions { FieldManager = "gadgets" },
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            Prometheus.Metrics.NewCustomRegistry()
        );
        host.For(this).Owns<V1ConfigMap>();
        await host.StartAsync(CancellationToken.None);
        await Eventually.That(() => _reconciled.Contains($"{open}/one"), "the namespace with a Role is worked on");
        await Eventually.That(() => host.Health.Notes.Count > 0, "the other is told");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(host.Health.IsReady, string.Join('\n', host.Health.Problems));
            Assert.That(host.Health.Notes.Single(), Does.Contain($"namespace {shut} ").And.Contain("configmaps"));
            Assert.That(_reconciled, Has.None.EqualTo($"{shut}/one"), "nobody decides on what is seen in part");
        }

        await GrantAsync(cluster, shut, open, "gadgets", "configmaps");
        await Eventually.That(() => _reconciled.Contains($"{shut}/one"), "it is taken up");
        await Eventually.That(() => host.Health.Notes.Count == 0, "and told no more");
    }

    [Test]
    public async Task When_none_can_be_read_the_process_is_not_ready()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.InstallAsync(GadgetDefinition.Make());
        var account = await ServiceAccounts.ConfigurationAsync(cluster, cluster.Namespace, "nobody");
        await using var host = new ControllerHost(
            new ControllerHostOptions
            {
                Configuration = account,
                Namespaces = [cluster.Namespace, "nowhere"],
                ReportingController = "gadgets.test/operator",
                Transport = new KubeTransportOptions { FieldManager = "gadgets" },
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            Prometheus.Metrics.NewCustomRegistry()
        );
        host.For(this);
        await host.StartAsync(CancellationToken.None);
        await Eventually.That(() => host.Health.Notes.Count == 2, "both are told");
        Assert.That(host.Health.IsReady, Is.False);
        Assert.That(host.Health.Problems, Has.Some.Contains("nowhere"));
    }

    /// <summary>Grants the account of a namespace to read kinds in another, in place of what it was granted.</summary>
    private static async Task GrantAsync(TestCluster cluster, string ns, string of, params string[] resources)
    {
        await cluster.Api.ApplyAsync(
            new V1Role
            {
                Metadata = new V1ObjectMeta { Name = "watcher", NamespaceProperty = ns },
                Rules =
                [
                    new V1PolicyRule
                    {
                        ApiGroups = ["", KubeResource.Of<Gadget>().Group],
                        Resources = [.. resources],
                        Verbs = ["get", "list", "watch"],
                    },
                ],
            },
            CancellationToken.None
        );
        await cluster.Api.ApplyAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = "watcher", NamespaceProperty = ns },
                RoleRef = new V1RoleRef
                {
                    ApiGroup = "rbac.authorization.k8s.io",
                    Kind = "Role",
                    Name = "watcher",
                },
                Subjects =
                [
                    new Rbacv1Subject
                    {
                        Kind = "ServiceAccount",
                        Name = "watcher",
                        NamespaceProperty = of,
                    },
                ],
            },
            CancellationToken.None
        );
    }
}
