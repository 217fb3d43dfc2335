using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.Hosting;
using GemmaOperator.Hosting.Dashboards;
using GemmaOperator.Registry.Access;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Operator.Tests.Api;
using Operator.Tests.Clusters;
using StandIns.Processes;

namespace Operator.Tests.Hosting;

/// <summary>
/// The operator as the chart runs it: elected, in a namespace of its own, with defaults and a dashboard.
/// </summary>
internal sealed class OperatorProgramTests
{
    private CancellationTokenSource _ending = null!;
    private TestCluster _cluster = null!;
    private string _own = null!;
    private string _folder = null!;
    private OperatorOptions _options = null!;
    private Task<int> _running = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _ending = new CancellationTokenSource();
        _cluster = await TestCluster.StartAsync();
        foreach (var crd in CrdFile.All)
        {
            await _cluster.InstallAsync(
                KubernetesJson.Deserialize<V1CustomResourceDefinition>(crd.Document.ToJsonString())
            );
        }

        _own = $"{_cluster.Namespace}-own";
        await _cluster.Api.CreateAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = _own } },
            CancellationToken.None
        );
        _folder = Directory.CreateTempSubdirectory("gemma-program-").FullName;
        _options = new OperatorOptions
        {
            Kubeconfig = await WriteAsync("kubeconfig", Kubeconfig(_cluster.Configuration())),
            DefaultsFile = await WriteAsync("defaults", "retention: {failedBuilds: 1}"),
            Namespaces = [_cluster.Namespace],
            LeaderElect = true,
            LeaseNamespace = _own,
            Listen = "http://127.0.0.1:0",
            Dashboard = new DashboardOptions(new IPEndPoint(IPAddress.Loopback, FreePort.Find()), Certificate: null),
            LogLevel = LogLevel.None,
            // Nobody answers there.
            Mirrors = RegistryMirrors.TryParse(["docker.io=127.0.0.1:1/hub"], out var mirrors, out var error)
                ? mirrors
                : throw new FormatException(error),
            InsecureRegistries = ["127.0.0.1:1"],
        };
        var image = A.BaseImage();
        image.Metadata = new V1ObjectMeta { Name = "gemma", NamespaceProperty = _cluster.Namespace };
        await _cluster.Api.CreateAsync(image, CancellationToken.None);
        _running = OperatorProgram.RunAsync(_options, _ending.Token);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _ending.CancelAsync();
        await (_running ?? Task.FromResult(0));
        _running?.Dispose();
        _ending.Dispose();
        Directory.Delete(_folder, recursive: true);
        await _cluster.Api.DeleteAsync<V1Namespace>(ns: null, _own, preconditions: null, CancellationToken.None);
        await _cluster.DisposeAsync();
    }

    [Test]
    public async Task It_keeps_its_Lease_and_the_defaults_in_force_in_its_own_namespace()
    {
        await Eventually.ThatAsync(
            async () =>
                (await InForceAsync(_own))?.ContainsKey(DefaultsObjects.OperatorKey) == true
                && (await InForceAsync(_cluster.Namespace))?.ContainsKey(DefaultsObjects.OperatorKey) == true,
            "its defaults are written down, for itself and for who inherits them"
        );
        Assert.That((await LeaseAsync())?.Spec.HolderIdentity, Is.Not.Empty);
        await _ending.CancelAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await _running, Is.Zero);
            Assert.That((await LeaseAsync())?.Spec.HolderIdentity, Is.Null.Or.Empty, "the next needn't wait");
        }
    }

    [Test]
    public async Task Its_dashboard_asks_the_API_server_who_a_visitor_is_and_what_they_may()
    {
        var visitor = await ServiceAccounts.ConfigurationAsync(_cluster, _cluster.Namespace, "visitor");
        await LetReadAsync("visitor");
        using var http = new HttpClient { BaseAddress = new Uri($"http://{_options.Dashboard!.Listen}") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", visitor().AccessToken);
        var page = "";
        await Eventually.ThatAsync(
            async () =>
            {
                try
                {
                    using var answer = await http.GetAsync(
                        new Uri($"/image/{_cluster.Namespace}/gemma", UriKind.Relative)
                    );
                    page = await answer.Content.ReadAsStringAsync();
                    return answer.StatusCode == HttpStatusCode.OK;
                }
                catch (HttpRequestException)
                {
                    // It doesn't listen yet.
                    return false;
                }
            },
            "the page is shown",
            () => page
        );
        Assert.That(
            page,
            Does.Contain($"system:serviceaccount:{_cluster.Namespace}:visitor").And.Not.Contain("is not allowed")
        );
    }

    private async Task<IDictionary<string, string>?> InForceAsync(string ns) =>
        (await _cluster.Api.GetAsync<V1ConfigMap>(ns, DefaultsObjects.InForce, CancellationToken.None))?.Data;

    private Task<V1Lease?> LeaseAsync() =>
        _cluster.Api.GetAsync<V1Lease>(_own, "gemma-operator", CancellationToken.None);

    private async Task LetReadAsync(string account)
    {
        var ns = _cluster.Namespace;
        await _cluster.Api.CreateAsync(
            new V1Role
            {
                Metadata = new V1ObjectMeta { Name = account, NamespaceProperty = ns },
                Rules =
                [
                    new V1PolicyRule
                    {
                        ApiGroups = ["", "gemmaoperator.io"],
                        Resources = ["gemmabaseimages", "gemmabuilds", "pods", "events"],
                        Verbs = ["get", "list"],
                    },
                ],
            },
            CancellationToken.None
        );
        await _cluster.Api.CreateAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = account, NamespaceProperty = ns },
                RoleRef = new V1RoleRef
                {
                    ApiGroup = "rbac.authorization.k8s.io",
                    Kind = "Role",
                    Name = account,
                },
                Subjects =
                [
                    new Rbacv1Subject
                    {
                        Kind = "ServiceAccount",
                        Name = account,
                        NamespaceProperty = ns,
                    },
                ],
            },
            CancellationToken.None
        );
    }

    private async Task<string> WriteAsync(string name, string content)
    {
        var file = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(file, content, CancellationToken.None);
        return file;
    }

    /// <summary>Renders how a test connects as a kubeconfig, which is JSON, too.</summary>
    private static string Kubeconfig(KubernetesClientConfiguration configuration)
    {
        var cluster = new JsonObject { ["server"] = configuration.Host };
        if (configuration.SslCaCerts is { Count: > 0 } authorities)
        {
            cluster["certificate-authority-data"] = Convert.ToBase64String(
                System.Text.Encoding.ASCII.GetBytes(authorities[0].ExportCertificatePem())
            );
        }

        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Config",
            ["current-context"] = "c",
            ["contexts"] = Named("context", new JsonObject { ["cluster"] = "c", ["user"] = "c" }),
            ["clusters"] = Named("cluster", cluster),
            ["users"] = Named("user", new JsonObject { ["token"] = configuration.AccessToken }),
        }.ToJsonString();
    }

    private static JsonArray Named(string key, JsonObject value) => [new JsonObject { ["name"] = "c", [key] = value }];
}
