using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using KubectlGemma.Output;
using Operator.Tests.Tools;
using StandIns.Processes;

namespace Cli.Tests.Local;

/// <summary>
/// A real engine that listens at TCP and asks for certificates is used as <c>docker</c> uses it; who isn't trusted, or
/// doesn't trust it, is told so in one line, and nothing is done.
/// </summary>
[Category("RealEngine")]
public sealed class TlsEngineTests
{
    private const string Manifest = """
        apiVersion: gemmaoperator.io/v1alpha1
        kind: GemmaBaseImage
        metadata: {name: distant}
        spec:
          base: {image: "gemma.test/python:1", pytorch: "2.10.0", cuda: "12.8"}
          systemUpdates: {policy: None}
          output: {repository: registry.example/team/gemma}
          verification: {imports: [torch]}
          rollout: {mode: PublishOnly}

        """;

    private const string Context = "lab";

    private readonly EngineCertificates _certificates = new();
    private readonly Folder _folder = new();
    private readonly int _port = FreePort.Find();
    private RealEngine _engine = null!;

    [OneTimeSetUp]
    public async Task Start() =>
        _engine = await RealEngine.StartAsync(
            $"--host=tcp://127.0.0.1:{_port}",
            "--tlsverify",
            $"--tlscacert={_certificates.Engine}/ca.pem",
            $"--tlscert={_certificates.Engine}/cert.pem",
            $"--tlskey={_certificates.Engine}/key.pem"
        );

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _certificates.Dispose();
        _folder.Dispose();
    }

    private string Address => $"tcp://127.0.0.1:{_port}";

    [Test]
    public async Task Variables_of_Docker_lead_to_it()
    {
        var run = await BuildAsync(Variables(_certificates.Known), "--tag", "localhost/variables:1", "-o", "json");
        Assert.That(run.Code, Is.Zero, run.Err);
        var image = await _engine.Client.Images.InspectImageAsync("localhost/variables:1");
        Assert.That((string?)JsonNode.Parse(run.Out)!["id"], Is.EqualTo(image.ID));
    }

    [Test]
    public async Task A_context_that_docker_made_leads_to_it()
    {
        var config = await MakeContextAsync(_certificates.Known);
        var run = await BuildAsync(
            new() { ["DOCKER_CONFIG"] = config },
            "--engine-context",
            Context,
            "--tag",
            "localhost/context:1"
        );
        Assert.That(run.Code, Is.Zero, run.Err);
        Assert.That(run.Out, Does.Contain($" at {Address}, linux/"));
        var image = await _engine.Client.Images.InspectImageAsync("localhost/context:1");
        Assert.That(image.Config!.User, Is.EqualTo("10001:10001"));
        await RunDockerAsync("--config", config, "context", "use", Context);
        var current = await BuildAsync(new() { ["DOCKER_CONFIG"] = config }, "--tag", "localhost/current:1");
        Assert.That(current.Code, Is.Zero, current.Err);
        Assert.That(
            (await _engine.Client.Images.InspectImageAsync("localhost/current:1")).ID,
            Is.EqualTo(image.ID),
            "the steps come from the cache"
        );
    }

    [TestCase(nameof(EngineCertificates.Distrustful), "its certificate is of no authority of ")]
    [TestCase(nameof(EngineCertificates.Foreign), "doesn't take the certificate ")]
    [TestCase(nameof(EngineCertificates.Expired), "/cert.pem, which is valid from 2")]
    [TestCase(nameof(EngineCertificates.Nameless), "wants a certificate, and none is here")]
    public async Task Who_is_not_trusted_is_told_so(string who, string told)
    {
        var files = (string)typeof(EngineCertificates).GetProperty(who)!.GetValue(_certificates)!;
        var before = await ImagesAsync();
        await RefusedAsync(Variables(files));
        if (who != nameof(EngineCertificates.Nameless))
        {
            await RefusedAsync(
                new() { ["DOCKER_CONFIG"] = await MakeContextAsync(files), ["DOCKER_CONTEXT"] = Context }
            );
        }

        Assert.That(await ImagesAsync(), Is.EquivalentTo(before));

        async Task RefusedAsync(Dictionary<string, string> environment)
        {
            var run = await BuildAsync(environment);
            Assert.Multiple(() =>
            {
                Assert.That(run.Code, Is.EqualTo(ExitCode.NoCluster), run.Err);
                Assert.That(run.Out, Is.Empty);
                Assert.That(run.Err.TrimEnd(), Does.StartWith("kubectl-gemma: ").And.Not.Contain('\n'));
                Assert.That(run.Err, Does.Contain(told).And.Contain(Address));
            });
        }
    }

    [Test]
    public async Task Who_asks_without_TLS_is_told_so()
    {
        var run = await BuildAsync(new() { ["DOCKER_HOST"] = Address });
        Assert.That(run.Code, Is.EqualTo(ExitCode.NoCluster), run.Err);
        Assert.That(run.Err, Does.Contain("if it speaks TLS").And.Contain("DOCKER_TLS_VERIFY"));
    }

    private Dictionary<string, string> Variables(string files) =>
        new()
        {
            ["DOCKER_HOST"] = Address,
            ["DOCKER_TLS_VERIFY"] = "1",
            ["DOCKER_CERT_PATH"] = files,
        };

    private async Task<string> MakeContextAsync(string files)
    {
        var config = _folder.Path(Path.GetFileName(files));
        if (!Directory.Exists(config))
        {
            var endpoint = $"host={Address},ca={files}/ca.pem,cert={files}/cert.pem,key={files}/key.pem";
            await RunDockerAsync("--config", config, "context", "create", Context, "--docker", endpoint);
        }

        return config;
    }

    private static async Task RunDockerAsync(params string[] arguments)
    {
        var (code, output) = await Command.RunAsync(Command.Find("docker", "apt-get install docker-cli"), arguments);
        Assert.That(code, Is.Zero, output);
    }

    private static Task<Run> BuildAsync(Dictionary<string, string> environment, params string[] more) =>
        OwnProcess.RunAsync(environment, Manifest, ["build", "-f", "-", "--local", "--offline", .. more]);

    private async Task<List<string>> ImagesAsync() =>
        [.. (await _engine.Client.Images.ListImagesAsync(new ImagesListParameters { All = true })).Select(i => i.ID)];
}
