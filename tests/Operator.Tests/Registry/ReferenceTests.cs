using CsCheck;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry;

/// <summary>References are parsed once into types that can't hold anything harmful.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] Harms =
    [
        " ",
        "\n",
        "\t",
        ";",
        "$",
        "`",
        "\"",
        "'",
        "\\",
        "|",
        "&",
        "\0",
        "%0a",
        "${X}",
    ];

    private static readonly Gen<string> Part = Gen.OneOf("team", "base", "a", "gpu-base", "x_y", "v1.2", "Team", "-a");

    private static readonly Gen<string> Host = Gen.OneOf(
        "",
        "",
        "registry.example/",
        "localhost:5000/",
        "R.example/",
        "-h.example/"
    );

    private static readonly Gen<string> End = Gen.OneOf(
        "",
        ":1",
        ":b1-abc",
        ":-1",
        $"@sha256:{new string('a', 64)}",
        "@sha256:a"
    );

    /// <summary>Mostly good references, about half of them with one harm somewhere.</summary>
    private static readonly Gen<string> NearReferences = Gen.Select(
        Host,
        Part.Array[1, 3],
        End,
        Gen.Int[0, (2 * Harms.Length) - 1],
        Gen.Int[0, 100],
        (host, parts, end, harm, at) =>
        {
            var text = host + string.Join('/', parts) + end;
            return harm < Harms.Length ? text.Insert(at % (text.Length + 1), Harms[harm]) : text;
        }
    );

    [TestCase("ubuntu", "docker.io/library/ubuntu")]
    [TestCase(
        "pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime",
        "docker.io/pytorch/pytorch:2.10.0-cuda12.8-cudnn9-runtime"
    )]
    [TestCase("index.docker.io/library/ubuntu:22.04", "docker.io/library/ubuntu:22.04")]
    [TestCase("127.0.0.1:5000/team/base:b1-abc", "127.0.0.1:5000/team/base:b1-abc")]
    [TestCase("europe-west1-docker.pkg.dev/p/r/i", "europe-west1-docker.pkg.dev/p/r/i")]
    public void A_reference_has_one_canonical_form(string text, string canonical)
    {
        var reference = ImageReference.Parse(text);
        Assert.That(reference.ToString(), Is.EqualTo(canonical));
        Assert.That(ImageReference.Parse(canonical), Is.EqualTo(reference));
    }

    [TestCase("host/x:tag", "one character")]
    [TestCase("registry.example/Team/base", "lower case")]
    [TestCase("registry.example/team/base:-tag", "is no tag")]
    [TestCase("registry.example/team/base@sha256:abc", "is no digest")]
    [TestCase("https://registry.example/team/base", "is no")]
    [TestCase("", "is no image reference")]
    public void A_wrong_reference_says_what_is_wrong(string text, string problem)
    {
        var taken = ImageReference.TryParse(
            text.Replace("host/x", "registry.example/x", StringComparison.Ordinal),
            out _,
            out var error
        );
        Assert.That(taken, Is.False);
        Assert.That(error, Does.Contain(problem));
    }

    [Test]
    public void A_repository_takes_no_tag()
    {
        Assert.That(ImageRepository.TryParse("registry.example/team/base:latest", out _, out var error), Is.False);
        Assert.That(error, Does.Contain("has a tag or a digest"));
    }

    [Test]
    public void Nothing_harmful_is_ever_a_reference()
    {
        var (accepted, refused) = (0, 0);
        NearReferences.Sample(
            text =>
            {
                if (!ImageReference.TryParse(text, out var reference, out _))
                {
                    Interlocked.Increment(ref refused);
                    return;
                }

                Interlocked.Increment(ref accepted);
                var canonical = reference.ToString();
                Assert.That(canonical, Does.Match(@"\A[a-zA-Z0-9][a-zA-Z0-9._:/@-]*\z"));
                Assert.That(ImageReference.Parse(canonical), Is.EqualTo(reference));
            },
            iter: 5_000
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(accepted, Is.GreaterThan(500), "the promise was kept by references");
            Assert.That(refused, Is.GreaterThan(500), "and not for want of harm");
        }
    }

    [Test]
    public void Harm_put_into_a_good_reference_makes_it_none() =>
        Gen.Select(Gen.Int[0, Harms.Length - 1], Gen.Int[0, 28])
            .Sample(
                (harm, at) =>
                    Assert.That(
                        ImageReference.TryParse("registry.example/team/base:1".Insert(at, Harms[harm]), out _, out _),
                        Is.False
                    )
            );

    [TestCase(
        """{"auths":{"https://index.docker.io/v1/":{"auth":"dXNlcjpwYTpzcw=="}}}""",
        "docker.io",
        "user",
        "pa:ss"
    )]
    [TestCase("""{"auths":{"r.example:5000":{"username":"u","password":"p"}}}""", "r.example:5000", "u", "p")]
    public void Credentials_are_found_by_host(string json, string host, string user, string password)
    {
        Assert.That(
            DockerConfig.TryParse(System.Text.Encoding.UTF8.GetBytes(json), out var config, out var error),
            error
        );
        var credential = config!.For(host);
        Assert.That((credential!.Username, credential.Password), Is.EqualTo((user, password)));
        Assert.That(credential.ToString(), Does.Not.Contain(password), "secrets have no text form");
    }

    [TestCase("not json", "isn't JSON")]
    [TestCase("[]", "no object 'auths'")]
    [TestCase("""{"auths":{"r.example":{"auth":"%%%"}}}""", "neither 'auth'")]
    public void A_Secret_that_is_no_docker_config_says_why(string json, string problem)
    {
        Assert.That(DockerConfig.TryParse(System.Text.Encoding.UTF8.GetBytes(json), out _, out var error), Is.False);
        Assert.That(error, Does.Contain(problem));
    }

    [TestCase("docker.io")]
    [TestCase("=mirror.example")]
    [TestCase("docker.io=")]
    [TestCase("docker.io/library=mirror.example")]
    [TestCase("docker.io=mirror.example;rm")]
    public void A_wrong_mirror_is_refused(string pair)
    {
        Assert.That(RegistryMirrors.TryParse([pair], out _, out var error), Is.False);
        Assert.That(error, Does.Contain("HOST=MIRROR"));
    }
}
