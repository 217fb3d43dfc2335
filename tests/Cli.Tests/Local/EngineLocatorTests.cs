using KubectlGemma.Local.Engines;
using KubectlGemma.Output;

namespace Cli.Tests.Local;

/// <summary>The engine is the one that docker and podman would take.</summary>
public sealed class EngineLocatorTests
{
    private const string Folder = "/home/me/.docker";

    /// <summary>Is how Docker calls the folder of the context.</summary>
    private static readonly string LabId = Convert.ToHexStringLower(
        System.Security.Cryptography.SHA256.HashData("lab"u8)
    );

    private static readonly string Meta = $"{Folder}/contexts/meta/{LabId}/meta.json";

    [Test]
    public void Without_a_word_it_is_the_socket_of_Docker() =>
        Assert.That(Find(Said()).ToString(), Is.EqualTo("unix:///var/run/docker.sock"));

    [Test]
    public void A_socket_of_Podman_is_taken_where_Docker_has_none()
    {
        var found = Find(Said() with { RuntimeFolder = "/run/user/7" }, there: ["/run/user/7/podman/podman.sock"]);
        Assert.That(found.Socket, Is.EqualTo("/run/user/7/podman/podman.sock"));
    }

    [Test]
    public void What_is_nearer_to_the_user_counts()
    {
        var all = Said() with
        {
            Asked = "unix:///asked.sock",
            DockerHost = "unix:///docker.sock",
            DockerContext = "lab",
            PodmanHost = "unix:///podman.sock",
        };
        Assert.Multiple(() =>
        {
            Assert.That(Find(all).Socket, Is.EqualTo("/asked.sock"));
            Assert.That(Find(all with { Asked = null }).Socket, Is.EqualTo("/docker.sock"));
            Assert.That(
                Find(all with { Asked = null, DockerHost = null }, Context("unix:///lab.sock")).Socket,
                Is.EqualTo("/lab.sock")
            );
            Assert.That(
                Find(all with { Asked = null, DockerHost = null, DockerContext = null }).Socket,
                Is.EqualTo("/podman.sock")
            );
        });
    }

    [Test]
    public void The_current_context_is_that_of_the_configuration()
    {
        var files = Context("tcp://lab.example:2376");
        files[$"{Folder}/config.json"] = """{"currentContext": "lab"}""";
        var found = Find(Said(), files);
        Assert.That(found.ToString(), Is.EqualTo("tcp://lab.example:2376"));
        Assert.That(found.Tls, Is.Null);
        Assert.That(found.By, Does.Contain("lab"));
    }

    [Test]
    public void A_context_brings_its_certificates()
    {
        var files = Context("tcp://lab.example:2376");
        var tls = $"{Folder}/contexts/tls/{LabId}/docker";
        var found = Find(
            Said() with
            {
                AskedContext = "lab",
            },
            files,
            $"{tls}/ca.pem",
            $"{tls}/cert.pem",
            $"{tls}/key.pem"
        );
        Assert.That(
            found.Tls,
            Is.EqualTo(new EngineTlsFiles($"{tls}/ca.pem", $"{tls}/cert.pem", $"{tls}/key.pem", SkipsVerify: false))
        );
    }

    [Test]
    public void A_context_may_leave_the_certificate_unseen()
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [Meta] = """{"Name":"lab","Endpoints":{"docker":{"Host":"tcp://lab:2376","SkipTLSVerify":true}}}""",
        };
        Assert.That(Find(Said() with { AskedContext = "lab" }, files).Tls!.SkipsVerify, Is.True);
    }

    [Test]
    public void DOCKER_TLS_VERIFY_takes_the_files_of_DOCKER_CERT_PATH()
    {
        var said = Said() with { DockerHost = "tcp://build.example:2376", UsesTls = true, CertPath = "/certs" };
        Assert.Multiple(() =>
        {
            Assert.That(
                Find(said, null, "/certs/ca.pem").Tls,
                Is.EqualTo(new EngineTlsFiles("/certs/ca.pem", null, null, SkipsVerify: false))
            );
            Assert.That(
                Find(said with { CertPath = null }, null, $"{Folder}/ca.pem").Tls!.Authority,
                Is.EqualTo($"{Folder}/ca.pem")
            );
            Assert.That(Find(said with { UsesTls = false }).Tls, Is.Null);
            Assert.That(Find(said with { DockerHost = "unix:///x.sock" }).Tls, Is.Null);
        });
    }

    [TestCase("cert.pem", "cert.pem is there without key.pem")]
    [TestCase("key.pem", "key.pem is there without cert.pem")]
    public void Half_of_what_a_client_shows_is_told(string there, string told)
    {
        var said = Said() with { DockerHost = "tcp://build.example:2376", UsesTls = true, CertPath = "/certs" };
        var wrong = Assert.Throws<CliException>(() => Find(said, null, "/certs/ca.pem", $"/certs/{there}"))!;
        Assert.That(wrong.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(wrong.Message, Does.StartWith($"/certs: {told}"));
    }

    [TestCase("https://build.example:8443", false, "tcp://build.example:8443", true)]
    [TestCase("http://build.example:2375", false, "tcp://build.example:2375", false)]
    [TestCase("tcp://build.example", false, "tcp://build.example:2375", false)]
    [TestCase("tcp://build.example", true, "tcp://build.example:2376", true)]
    public void What_asks_for_TLS_is_never_asked_without(string address, bool verifies, string found, bool isTls)
    {
        var endpoint = Find(Said() with { DockerHost = address, UsesTls = verifies });
        Assert.That((endpoint.ToString(), endpoint.Tls is not null), Is.EqualTo((found, isTls)));
    }

    [TestCase("ssh://me@host", "ssh -nNT -L")]
    [TestCase("docker.sock", "is no address of an engine; write unix:///")]
    [TestCase("tcp://", "is no address of an engine")]
    [TestCase("unix://", "is no address of an engine")]
    [TestCase("ftp://host", "is no address of an engine")]
    [TestCase("unix:///x\u001b[31m.sock", "\\u001B")]
    public void An_address_that_is_none_is_told(string address, string told)
    {
        var wrong = Assert.Throws<CliException>(() => Find(Said() with { DockerHost = address }))!;
        Assert.That(wrong.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(wrong.Message, Does.StartWith("DOCKER_HOST: ").And.Contain(told).And.Not.Contain("\u001b"));
    }

    [TestCase(null, "there is no Docker context \"lab\"")]
    [TestCase("{", "it isn't JSON")]
    [TestCase("[]", "it holds no JSON object")]
    [TestCase("{\"Endpoints\": {\"docker\": {}}}", "it names no endpoint")]
    [TestCase("{\"Endpoints\": {\"docker\": {\"Host\": 7}}}", "it names no endpoint")]
    public void A_context_that_is_broken_is_told(string? text, string told)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        if (text is not null)
        {
            files[Meta] = text;
        }

        var wrong = Assert.Throws<CliException>(() => Find(Said() with { DockerContext = "lab" }, files))!;
        Assert.That(wrong.Code, Is.EqualTo(ExitCode.Usage));
        Assert.That(wrong.Message, Does.Contain(told));
    }

    private static EngineSettings Said() => new() { ConfigFolder = Folder };

    private static Dictionary<string, string> Context(string host) =>
        new(StringComparer.Ordinal)
        {
            [Meta] = """{"Name":"lab","Endpoints":{"docker":{"Host":"HOST"}}}""".Replace(
                "HOST",
                host,
                StringComparison.Ordinal
            ),
        };

    private static EngineEndpoint Find(
        EngineSettings settings,
        Dictionary<string, string>? files = null,
        params string[] there
    ) => new EngineLocator(settings, path => files?.GetValueOrDefault(path), there.Contains).Find();
}
