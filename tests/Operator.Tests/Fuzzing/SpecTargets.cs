using System.Text;
using System.Text.Json;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Validation;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Freshness.Schedule;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Access;
using GemmaOperator.Builds.Inputs.Locks;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Text;
using k8s.Models;
using Operator.Tests.Builds.Inputs.Access;
using Operator.Tests.Builds.Inputs.Locks;
using Tests.Shared.Fuzzing;

namespace Operator.Tests.Fuzzing;

/// <summary>Lists what reads users' specs and the API server's answers.</summary>
internal static class SpecTargets
{
    private static readonly LockTerms Terms = new(["https://a.example/simple"], "2.10.0", [Platform.LinuxAmd64]);

    public static readonly FuzzTarget[] All =
    [
        FuzzTarget.OfText(
            "requirements",
            text => Problem(RequirementsFile.Parse(text, "spec.requirements", requireHashes: text.Length % 2 == 0)),
            "torch==2.6.0\nnumpy==2.2.1 "
                + "--hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
            "requests[socks,use_chardet]==2.32.3 ; python_version >= \"3.9\" and sys_platform == 'linux' # why\n",
            "--extra-index-url https://pypi.example/simple\n-c constraints.txt\na==1 \\\n  --hash=sha512:00\n",
            "pkg @ https://example.com/pkg.whl\nb===1.0+local.1\nc~=1.4.2,!=1.4.3\n"
        ) with
        {
            Words =
            [
                "==",
                "===",
                "~=",
                ">=",
                "!=",
                " ; ",
                " and ",
                " or ",
                "(",
                ")",
                "--hash=sha256:",
                "\\\n",
                "python_version",
                "extra == 'x'",
                "[a,b]",
                " # ",
                "-r ",
                "-e ",
                "file://",
                "1!2.0.post1.dev3+x",
                ".*",
            ],
            BytesPerByte = 2000,
        },
        FuzzTarget.OfText(
            "pylock",
            text => Problem(LockFile.Parse(text, "spec.requirements", Terms)),
            ALock.Universal,
            ALock.Of(ALock.Package("a", "1"), ALock.Package("torch", "2.9", "marker = \"os_name == 'x'\"")),
            ALock.Of(ALock.Bare("b", "1", "vcs = {type = \"git\", url = \"https://x.example/b\"}"))
        ) with
        {
            Words =
            [
                "[[packages]]\n",
                "wheels = [",
                "hashes = {",
                "sha256 = \"",
                "marker = \"",
                "'''",
                "\\u001B",
                "a.b.c",
                "[[",
                " = 1979-05-27T07:32:00Z\n",
                "inf",
                "0x",
            ],
            BytesPerByte = 4000,
        },
        FuzzTarget.OfText(
            "netrc",
            text => Netrc.Judge(Encoding.UTF8.GetBytes(text), ["pypi.example.com"]) ?? "read",
            "machine pypi.example.com login u password p\n",
            "# ours\nmachine a.example\n login \"u s\" password p\\\"q\nmachine pypi.example.com user u password p"
        ) with
        {
            Words = ["machine ", "login ", "password ", "default", "macdef", "\"", "\\", "# ", "\n"],
        },
        FuzzTarget.OfText(
            "ca-bundle",
            text => CaBundle.Judge(text, "it")?.Problem ?? "read",
            Authority.Pem,
            "# two\n" + Authority.Pem + Authority.OtherPem
        ) with
        {
            Words = ["-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n", "PRIVATE KEY", "MIIB"],
        },
        FuzzTarget.OfText(
            "marker",
            text => EnvironmentMarker.ProblemOf(text) is { } problem ? problem.Problem : "read",
            "python_version >= \"3.9\" and (sys_platform == 'linux' or extra == \"x\")",
            "'3.9' in python_full_version"
        ) with
        {
            Words = ["(", ")", " and ", " or ", " not in ", " in ", "os_name", "'x'", "\"y\"", "==", "~="],
            BytesPerByte = 2000,
        },
        FuzzTarget.OfText(
            "dockerfile",
            text => Problem(DockerfileText.Parse(text, "spec.dockerfile")),
            "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\nRUN pip install torch \\\n  && true\nCOPY --from=builder /a /b\n",
            "ARG BASE_IMAGE=x\nFROM x AS builder\nFROM $BASE_IMAGE\nRUN <<EOF\necho\nEOF\n"
                + "ADD https://example.com/x /x\n",
            "# syntax=docker/dockerfile:1\nFROM scratch\n"
        ) with
        {
            Words =
            [
                "FROM ",
                "ARG BASE_IMAGE\n",
                "${BASE_IMAGE}",
                "RUN ",
                "COPY --from=",
                "<<EOF\n",
                "<<-\"X\"",
                "\\\n",
                "# escape=`\n",
                " AS x",
                "--platform=",
                "--mount=type=bind,from=",
                "ONBUILD ",
                "\nEOF\n",
            ],
            BytesPerByte = 2000,
        },
        FuzzTarget.OfText(
            "duration",
            text =>
                !GoDuration.TryParse(text, out var duration) ? "none"
                // Bounds of fields keep what has more digits out.
                : duration.TotalHours >= 100_000 ? "long"
                : GoDuration.Parse(GoDuration.Format(duration)) == duration ? "read"
                : throw new InvalidOperationException($"{text} isn't read back"),
            "90m",
            "1h30m",
            "99999h99999m99999s",
            "0s"
        ),
        FuzzTarget.OfText(
            "cron",
            text =>
            {
                var schedule = CronSchedule.Parse(text, "Europe/Berlin", "spec.triggers.schedule", out var errors);
                return schedule is null ? string.Join(' ', errors.Select(e => e.Problem)) : "read";
            },
            "0 3 * * 1",
            "*/5 0-23/2 1,15 JAN-DEC MON-FRI",
            "@daily",
            "0 0 31 2 *"
        ) with
        {
            Words = ["*/", "-", ",", "MON", "JAN", "@every ", "L", "W", "#", "?", "59", "60", " "],
        },
        FuzzTarget.OfText(
            "time-zone",
            text => TimeZoneId.ProblemOf(text) is { } problem ? problem.Problem : "read",
            "Europe/Berlin",
            "UTC",
            "../etc/passwd"
        ),
        FuzzTarget.OfText(
            "package",
            text => Problem(SystemPackage.Parse(text, "spec.systemPackages[0]")),
            "curl",
            "libc6:amd64=2.39-0ubuntu8",
            "a/jammy"
        ),
        FuzzTarget.OfText(
            "index-url",
            text => Problem(IndexUrl.Parse(text, "spec.requirements.indexUrl")),
            "https://pypi.org/simple",
            "http://u:p@x/%2e%2e/?a#b"
        ),
        FuzzTarget.OfText(
            "kaniko-flag",
            text => Problem(KanikoFlag.Parse(text, "spec.build.extraFlags[0]")),
            "--compressed-caching=false",
            "--snapshot-mode=redo",
            "-v"
        ),
        new FuzzTarget(
            "spec",
            bytes => Deserialized<GemmaBaseImage>(bytes, image => image.Spec is null ? "none" : "read"),
            """{"metadata":{"name":"a","resourceVersion":"1"},"spec":{"base":{"image":"x:1"},"build":{"timeout":"1h","resources":{"limits":{"cpu":"1e3","memory":"1Gi"}}},"output":{"repository":"r/x","credentials":{"type":"Secret"}}},"status":{"conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-03-01T09:00:00Z"}]}}"""
        )
        {
            Words =
            [
                "\"metadata\":",
                "\"annotations\":",
                "\"managedFields\":[{}]",
                "1e999999999",
                "\"1Ki\"",
                "\"0.1n\"",
                "9999999999999999999E",
            ],
        },
        new FuzzTarget(
            "metadata",
            bytes =>
                Deserialized<PartialObjectMetadata<V1ConfigMap>>(
                    bytes,
                    map => $"{map.Metadata?.Name?.Length > 0} {map.Metadata?.Uid?.Length > 0}"
                ),
            """{"metadata":{"name":"a","namespace":"n","uid":"u","resourceVersion":"1","labels":{"a":"b"},"x":[{}]},"kind":"PartialObjectMetadata"}"""
        )
        {
            Words = ["\"name\":", "\"uid\":", "\"metadata\":", "\"annotations\":{", "\\u006eame"],
        },
    ];

    private static string Problem<T>(Parsed<T> parsed)
        where T : notnull =>
        parsed.TryGet(out _) ? "read" : RegistryTargets.Shown(ErrorSummary.Of(parsed.Problems).Message);

    private static string Deserialized<T>(byte[] bytes, Func<T, string> judge)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            var list = JsonSerializer.Deserialize<KubeList<T>>(
                (byte[])[.. """{"metadata":{},"items":["""u8, .. bytes, .. "]}"u8],
                KubeJson.Plain.For(typeof(T))
            );
            return list?.Items is not [var item, ..] ? "none"
                : item.Object is { } one ? judge(one)
                : item.Unreadable?.Why ?? "nothing";
        }
        catch (JsonException)
        {
            return "garbled";
        }
    }
}
