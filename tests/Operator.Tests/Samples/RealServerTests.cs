using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s;
using k8s.Models;
using LocalCluster;
using Operator.Tests.Api.Validation;
using Operator.Tests.Clusters;

namespace Operator.Tests.Samples;

/// <summary>
/// Both CRDs and all samples on LocalCluster, and on a real API server: structural schemas, CEL's types and costs, and
/// every message. For the latter set <c>KUBEBUILDER_ASSETS</c> to a folder with etcd and kube-apiserver.
/// </summary>
[TestFixture(LocalCluster)]
[TestFixture(KubeApiServer)]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class RealServerTests(string server)
{
    private const string LocalCluster = "LocalCluster";
    private const string KubeApiServer = "kube-apiserver";

    private ApiServer? _local;
    private HttpClient? _client;
    private ManifestClient _manifests = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2), TimeProvider.System);
        if (server == LocalCluster)
        {
            _local = await ApiServer.StartAsync(new ApiServerOptions(), limit.Token);
            _client = new HttpClient { BaseAddress = _local.Endpoint };
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _local.Token);
        }
        else if (KubebuilderServer.Assets is { } assets)
        {
            _client = (await KubebuilderServer.SharedAsync(assets).WaitAsync(limit.Token)).CreateClient();
        }
        else
        {
            Assert.Ignore("KUBEBUILDER_ASSETS names no folder with etcd and kube-apiserver");
            return;
        }

        _manifests = new ManifestClient(_client);
        await _manifests.InstallAsync(limit.Token);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _client?.Dispose();
        await (_local?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Test, CancelAfter(60_000)]
    public async Task Valid_samples_are_taken(CancellationToken cancel)
    {
        foreach (var sample in Sample.Valid)
        {
            foreach (var document in sample.Documents)
            {
                var answer = await _manifests.CreateAsync(document, cancel);
                Assert.That(answer.Code, Is.EqualTo(HttpStatusCode.Created), $"{sample}: {answer.Message}");
            }
        }
    }

    [Test, CancelAfter(60_000)]
    public async Task Invalid_samples_get_their_messages(CancellationToken cancel)
    {
        var answers = new List<(Sample Sample, ManifestClient.Answer Answer)>();
        foreach (var sample in Sample.Invalid)
        {
            answers.Add((sample, await _manifests.CreateAsync(sample.Image, cancel)));
        }

        Assert.Multiple(() =>
        {
            foreach (var (sample, answer) in answers)
            {
                if (sample.By == "operator")
                {
                    Assert.That(answer.Code, Is.EqualTo(HttpStatusCode.Created), $"{sample}: {answer.Message}");
                }
                else
                {
                    Assert.That(
                        answer.Code,
                        Is.AnyOf(HttpStatusCode.UnprocessableEntity, HttpStatusCode.BadRequest),
                        sample.Name
                    );
                    Assert.That(answer.Message, Does.Contain(sample.Expect!), sample.Name);
                }
            }
        });
    }

    [Test, CancelAfter(30_000)]
    public async Task A_stored_spec_reads_as_the_types_default_it(CancellationToken cancel)
    {
        var image = Specs.Image(s => s, "defaults");
        var least = new JsonObject
        {
            ["apiVersion"] = ApiGroup.GroupVersion,
            ["kind"] = GemmaBaseImage.KubeKind,
            ["metadata"] = new JsonObject { ["name"] = "defaults" },
            ["spec"] = new JsonObject
            {
                ["base"] = new JsonObject
                {
                    ["pytorch"] = "2.10.0",
                    ["cuda"] = "12.8",
                    ["cudnn"] = "9",
                },
                ["output"] = new JsonObject { ["repository"] = image.Spec!.Output.Repository },
            },
        };
        var answer = await _manifests.CreateAsync(least, cancel);
        var stored = KubernetesJson.Deserialize<GemmaBaseImage>(answer.Body.ToJsonString());
        Assert.That(KubernetesJson.Serialize(stored.Spec), Is.EqualTo(KubernetesJson.Serialize(image.Spec)));
    }

    [Test, CancelAfter(30_000)]
    public async Task The_repository_stays(CancellationToken cancel)
    {
        var image = JsonNode.Parse(KubernetesJson.Serialize(Specs.Image(s => s, "stays")))!.AsObject();
        image["metadata"]!.AsObject().Remove("namespace");
        await _manifests.CreateAsync(image, cancel);
        var moved = new JsonObject
        {
            ["spec"] = new JsonObject
            {
                ["output"] = new JsonObject { ["repository"] = "registry.example.com/other/place" },
            },
        };
        var answer = await _manifests.MergeAsync("gemmabaseimages", "stays", moved, cancel);
        Assert.That(answer.Message, Does.Contain("output.repository is immutable"));
    }

    [Test, CancelAfter(30_000)]
    public async Task A_build_changes_in_nothing_but_its_cancellation(CancellationToken cancel)
    {
        var created = await _manifests.CreateAsync(
            JsonNode.Parse(KubernetesJson.Serialize(ABuild()))!.AsObject(),
            cancel
        );
        Assert.That(created.Code, Is.EqualTo(HttpStatusCode.Created), created.Message);

        var canceled = await _manifests.MergeAsync("gemmabuilds", "x-b1", Spec("cancel", true), cancel);
        var resumed = await _manifests.MergeAsync("gemmabuilds", "x-b1", Spec("cancel", false), cancel);
        var renumbered = await _manifests.MergeAsync("gemmabuilds", "x-b1", Spec("number", 2), cancel);
        Assert.Multiple(() =>
        {
            Assert.That(canceled.Code, Is.EqualTo(HttpStatusCode.OK), canceled.Message);
            Assert.That(resumed.Message, Does.Contain("spec.cancel cannot be unset"));
            Assert.That(renumbered.Message, Does.Contain("spec is immutable"));
        });
    }

    private static JsonObject Spec(string field, JsonNode value) =>
        new() { ["spec"] = new JsonObject { [field] = value } };

    private static GemmaBuild ABuild() =>
        new()
        {
            Metadata = new V1ObjectMeta { Name = "x-b1" },
            Spec = new GemmaBuildSpec
            {
                ImageRef = new ImageOwnerReference { Name = "x", Uid = "u" },
                Number = 1,
                Reasons = [BuildReason.Initial],
                Resolved = new ResolvedInputs
                {
                    BaseReference = "ubuntu:24.04",
                    BaseDigest = "sha256:" + new string('a', 64),
                    Dockerfile = "FROM scratch",
                    InputsHash = "i",
                    AttemptHash = "a",
                    PublishHash = "p",
                },
                Template = new BuildTemplate
                {
                    Output = new OutputSpec { Repository = "registry.example.com/team/gemma-base" },
                },
            },
        };
}
