using System.Text;
using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Weights;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Cluster;
using GemmaOperator.Hosting;
using GemmaOperator.Registry.Access;
using k8s;
using k8s.Models;
using Operator.Tests.Api;
using Operator.Tests.Builds.Inputs.Access;
using Operator.Tests.Clusters;

namespace Operator.Tests.Remedies;

/// <summary>
/// Kind: every remedy that is printed works. What the remedy of each failure asks for is done: the API server takes it,
/// the operator finds nothing wrong with it, and the failed build is followed by another.
/// </summary>
internal sealed class FailureRemedyTests
{
    private TestCluster _cluster = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _cluster = await TestCluster.StartAsync();
        foreach (var crd in CrdFile.All)
        {
            await _cluster.InstallAsync(
                KubernetesJson.Deserialize<V1CustomResourceDefinition>(crd.Document.ToJsonString())
            );
        }

        await _cluster.Api.CreateAsync(
            new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = "registry", NamespaceProperty = _cluster.Namespace },
                Type = "kubernetes.io/dockerconfigjson",
                Data = new Dictionary<string, byte[]>(StringComparer.Ordinal)
                {
                    [".dockerconfigjson"] = Encoding.UTF8.GetBytes(
                        """{"auths":{"registry.example":{"username":"u","password":"p"}}}"""
                    ),
                },
            },
            CancellationToken.None
        );
        await MakeAuthoritiesAsync();
    }

    private Task MakeAuthoritiesAsync() =>
        _cluster.Api.CreateAsync(
            new V1ConfigMap
            {
                Metadata = new V1ObjectMeta { Name = "authorities", NamespaceProperty = _cluster.Namespace },
                Data = new Dictionary<string, string>(StringComparer.Ordinal) { ["ca.crt"] = Authority.Pem },
            },
            CancellationToken.None
        );

    [OneTimeTearDown]
    public async Task StopAsync() => await _cluster.DisposeAsync();

    private static IEnumerable<TestCaseData> Asked() =>
        FailureRemedies.All.SelectMany(r =>
            r.Value.Select(asked =>
                new TestCaseData(r.Key, asked.Field, asked.Change).SetArgDisplayNames(r.Key.Name, asked.Field)
            )
        );

    [Test]
    public void Every_failure_s_remedy_is_tried() =>
        Assert.That(FailureReasons.All.Where(r => !FailureRemedies.All.ContainsKey(r)), Is.Empty);

    [Test]
    public void Every_field_that_a_remedy_names_is_tried(
        [ValueSource(typeof(FailureReasons), nameof(FailureReasons.All))] FailureReason reason
    ) =>
        Assert.That(
            Regex
                .Matches(
                    reason.Remedy,
                    @"spec(\.[a-z][A-Za-z]*)+",
                    RegexOptions.ExplicitCapture,
                    TimeSpan.FromSeconds(1)
                )
                .Select(m => m.Value),
            Is.SubsetOf(FailureRemedies.All[reason].Select(asked => asked.Field))
        );

    [TestCaseSource(nameof(Asked))]
    public async Task What_a_remedy_asks_for_is_taken_and_leads_to_another_build(
        FailureReason reason,
        string field,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec> change
    )
    {
        var before = Image("before", FailureRemedies.Spec);
        var failed = A.Build(1, await ReadAsync(before)).Failed(reason.Name);
        var after = Image(
            Regex.Replace(
                $"{reason}-{field}".ToLowerInvariant(),
                "[^a-z]",
                "",
                RegexOptions.None,
                TimeSpan.FromSeconds(1)
            )[..20],
            change(FailureRemedies.Spec)
        );
        Assert.That(SpecCheck.Of(after), Is.Empty);
        await _cluster.Api.ApplyAsync(after, CancellationToken.None);

        var due = DueBuild.Find(A.Snapshot(after.Knowing(1), builds: [failed]), await ReadAsync(after));
        if (field == "spec.output.repository")
        {
            Assert.That(due, Is.Null, "nothing is asked to be changed");
            return;
        }

        Assert.That(due?.Reasons, Is.EqualTo(new[] { GemmaOperator.Api.Words.BuildReason.SpecChange }));
    }

    private GemmaBaseImage Image(string name, GemmaBaseImageSpec spec) =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = _cluster.Namespace },
            Spec = spec,
        };

    private async Task<BuildRequest.Known> ReadAsync(GemmaBaseImage image)
    {
        var secrets = new AskedLater<V1Secret>();
        var reader = new BuildRequestReader(
            new ConfigMapReader(new AskedLater<V1ConfigMap>(), _cluster.Api),
            new SecretReader(secrets, _cluster.Api),
            new SecretKeyReader(secrets, _cluster.Api),
            "",
            canScan: true
        );
        var read = await reader.ReadAsync(image, CancellationToken.None);
        return read as BuildRequest.Known ?? throw new AssertionException(((BuildRequest.Refused)read).Message);
    }
}
