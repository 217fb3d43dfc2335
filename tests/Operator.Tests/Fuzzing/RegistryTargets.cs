using System.Net;
using System.Text;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.Push;
using GemmaOperator.Registry.References;
using Tests.Shared.Fuzzing;

namespace Operator.Tests.Fuzzing;

/// <summary>Lists what reads registries' answers, and what names them.</summary>
internal static class RegistryTargets
{
    private const string Sha = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    private static readonly string[] JsonWords =
    [
        "\"layers\":",
        "\"config\":",
        "\"manifests\":",
        "\"digest\":",
        "\"size\":",
        "\"mediaType\":",
        "\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}",
        $"\"{Sha}\"",
        $"{{\"digest\":\"{Sha}\",\"size\":1}},",
    ];

    public static readonly FuzzTarget[] All =
    [
        FuzzTarget.OfText(
            "reference",
            text =>
                ImageReference.TryParse(text, out var reference, out var error)
                    ? RoundTrip(reference, ImageReference.Parse(reference.ToString()))
                    : Shown(error),
            "nginx",
            "ghcr.io/acme/base:1.2-cuda",
            $"localhost:5000/a/b@{Sha}",
            $"index.docker.io/library/x:latest@{Sha}",
            "[::1]:5000/a"
        ) with
        {
            Words = ["docker.io", ":443", "xn--", "localhost", "127.0.0.1", "library/", "@sha256:", "__", "-."],
        },
        FuzzTarget.OfText(
            "docker-config",
            text =>
            {
                if (!DockerConfig.TryParse(Encoding.UTF8.GetBytes(text), out var config, out var error))
                {
                    return Shown(error);
                }

                _ = config.Spelled([new("r.example", "team/base"), new("docker.io", "library/x")]);
                _ = config.With(config).For("r.example", "team/base");
                return config.WhyNone("r.example", "team/base") is { } why ? Shown(why) : "read";
            },
            """{"auths":{"r.example":{"auth":"dXNlcjpwYXNz"},"https://index.docker.io/v1/":{"username":"u","password":"p"}}}""",
            """{"auths":{"*.example/team":{"identitytoken":"t"},"r.example":{"auth":"!"}},"credsStore":"desktop"}""",
            """{"credHelpers":{"r.example":"ecr-login"},"auths":{}}"""
        ) with
        {
            Words =
            [
                "\"auths\":",
                "\"auth\":",
                "\"registrytoken\":\"x\"",
                "\"AUTH\":",
                "https://",
                "/v2/",
                "*",
                "?",
                ":443",
            ],
        },
        new FuzzTarget(
            "manifest",
            bytes =>
                Judged(() =>
                {
                    var type = ManifestType.Of(bytes) ?? MediaTypes.OciManifest;
                    var content = new ManifestContent(type, ImageDigest.Of(bytes), bytes);
                    return MediaTypes.IsIndex(type)
                        ? ImageIndex.Select(content, "linux/amd64", "r.example/a").MediaType
                        : (ImageManifest.Parse(content, "r.example/a").Size >= 0).ToString();
                }),
            $$"""{"schemaVersion":2,"config":{"digest":"{{Sha}}","size":2},"layers":[{"digest":"{{Sha}}","size":5,"mediaType":"x"}]}""",
            $$$"""{"schemaVersion":2,"manifests":[{"digest":"{{{Sha}}}","size":2,"platform":{"os":"linux","architecture":"amd64"}}]}""",
            $$"""{"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[{"digest":"{{Sha}}"}]}"""
        )
        {
            Words = JsonWords,
        },
        new FuzzTarget(
            "image-config",
            bytes => ConfigOf(bytes),
            """{"config":{"Labels":{"a":"b"},"User":"1"},"rootfs":{"diff_ids":["sha256:a"]}}"""
        )
        {
            Words = ["\"Labels\":", "\"rootfs\":", "\"diff_ids\":", "\"User\":", "\"config\":"],
        },
        FuzzTarget.OfText(
            "challenge",
            text =>
            {
                using var response = new HttpResponseMessage(HttpStatusCode.Unauthorized);
                response.Headers.TryAddWithoutValidation("WWW-Authenticate", text.Split('\n'));
                var challenge = AuthChallenge.Of(response.Headers.WwwAuthenticate);
                return challenge is null ? "none" : $"{challenge.Scheme} {challenge.Host.Length > 0}";
            },
            "Bearer realm=\"https://auth.example/token\",service=\"r.example\",scope=\"a:b:pull\"",
            "Basic realm=x\nBearer realm=\"https://a\"",
            "bearer realm=https://auth.example/token?a=b"
        ) with
        {
            Words = ["realm=", "Bearer ", "Basic ", "Negotiate ", "\"", ",", "service=", "https://"],
        },
        FuzzTarget.OfText(
            "registry-error",
            text =>
            {
                using var response = new HttpResponseMessage((HttpStatusCode)(400 + (text.Length % 120)));
                return Shown(RegistryFailure.Of(response, "GET r.example/v2/", text, DateTimeOffset.UnixEpoch).Message);
            },
            """{"errors":[{"code":"DENIED","message":"no"}]}""",
            "<html>",
            """{"errors":[{"code":5}]}"""
        ) with
        {
            Words = ["\"errors\":", "\"code\":", "\"message\":", "\"DENIED\""],
        },
        FuzzTarget.OfText(
            "tag-pages",
            text =>
            {
                using var response = new HttpResponseMessage();
                response.Headers.TryAddWithoutValidation("Link", text);
                var next = TagPages.Next(response, new Uri("https://r.example/v2/a/tags/list"), ["x"], 500);
                return next is null ? "none" : (next.Host == "r.example").ToString();
            },
            "</v2/a/tags/list?last=b&n=5>; rel=\"next\"",
            "<https://other.example/x>; rel=\"prev next\", <y>; rel=next"
        ) with
        {
            Words = ["<", ">; rel=next", "rel=\"", "next", ", "],
        },
        FuzzTarget.OfText(
            "rate-limit",
            text =>
            {
                using var response = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
                var lines = text.Split('\n');
                response.Headers.TryAddWithoutValidation("ratelimit-remaining", lines[0]);
                response.Headers.TryAddWithoutValidation("ratelimit-limit", lines[^1]);
                response.Headers.TryAddWithoutValidation("Retry-After", lines[lines.Length / 2]);
                _ = RegistryFailure.RetryAfter(response, DateTimeOffset.UnixEpoch);
                return (RateLimitHeaders.Pause(response.Headers, DateTimeOffset.UnixEpoch) >= TimeSpan.Zero).ToString();
            },
            "0;w=21600\n5\n100;w=21600",
            "Wed, 21 Oct 2027 07:28:00 GMT"
        ),
        new FuzzTarget("archive", bytes => ArchiveOf(bytes), "no archive")
        {
            Binary = [FuzzInputs.Archive()],
            Words = JsonWords,
            Share = 0.25,
            BytesPerByte = 2000,
        },
    ];

    /// <summary>Checks that what is told of a registry is one line in which all can be seen.</summary>
    public static string Shown(string message) =>
        GemmaOperator.Runtime.Text.VisibleText.Line(message) == message
            ? message
            : throw new InvalidOperationException($"not fit to be shown: {message}");

    private static string RoundTrip<T>(T first, T second) =>
        EqualityComparer<T>.Default.Equals(first, second)
            ? "read"
            : throw new InvalidOperationException($"{first} is read as {second}");

    private static string Judged(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (RegistryException e)
        {
            return Shown(e.Message);
        }
    }

    private static string ConfigOf(byte[] bytes) =>
        Judged(() =>
        {
            var digest = ImageDigest.Of(bytes);
            var image = new ImageContent(
                ImageRepository.Parse("r.example/team/a"),
                new Descriptor("", digest, 1),
                new ImageManifest("", new Descriptor("", digest, 1), []),
                RegistryJson.Object(bytes, "r.example/a: config")
            );
            return $"{image.Labels.Count} {image.DiffIds.Count} {image.User.Length > 0}";
        });

    private static string ArchiveOf(byte[] bytes)
    {
        var path = Path.Combine(FuzzInputs.Scratch, "archive.tar");
        File.WriteAllBytes(path, bytes);
        try
        {
            var archive = ImageArchive.OpenAsync(path, CancellationToken.None).GetAwaiter().GetResult();
            archive.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return "read";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
        catch (IOException e)
        {
            return e.GetType().Name;
        }
    }
}
