using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Probe;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster.Gpus;
using GemmaOperator.Hub;
using GemmaOperator.Text;
using Operator.Tests.Cluster.Gpus;
using Tests.Shared.Fuzzing;

namespace Operator.Tests.Fuzzing;

/// <summary>Lists what reads reports, logs and hubs.</summary>
internal static class ReportTargets
{
    private const string Sha = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

    public static readonly FuzzTarget[] All =
    [
        FuzzTarget.OfText(
            "node-labels",
            text =>
                RegistryTargets.Shown(
                    GpuNode
                        .Read(
                            Labelled.Node(
                                "n",
                                $"cuda.driver-version.full={text}",
                                $"cuda.runtime-version.full={text}",
                                $"gpu.compute.major={text}",
                                $"gpu.compute.minor={text}"
                            )
                        )!
                        .ToString()
                ),
            "570.86.15"
        ),
        FuzzTarget.OfText(
            "verify-report",
            text => VerifyReport.TryRead(text, out _, out var problem) ? "read" : RegistryTargets.Shown(problem),
            $$"""{"v":1,"digest":"{{Sha}}","uid":1,"gid":2,"python":"3.12","torch":{"version":"2.6.0","cuda":"12.4"},"torchLib":{"path":"/x"},"imports":[{"name":"numpy"},{"name":"x","error":"no"}],"pipCheck":["a"],"diskBytes":5,"gpu":{"available":true,"name":"H200"} }"""
        ) with
        {
            Words =
            [
                "\"imports\":",
                "{\"name\":\"a\"},",
                "{\"name\":\"a\\u001b\"},",
                "\"error\":",
                "\"gpu\":",
                "\"uid\":",
            ],
        },
        FuzzTarget.OfText(
            "probe-report",
            text =>
                ProbeReport.Read(text, Sha) switch
                {
                    ProbeReport.Failed failed => RegistryTargets.Shown(failed.Said),
                    ProbeReport.Answer answer => string.Join(
                        ' ',
                        answer.Changes.Select(c => RegistryTargets.Shown($"{c.Name} {c.Old} {c.New}"))
                    ),
                    _ => "",
                },
            $$"""{"v":1,"digest":"{{Sha}}","count":2,"fingerprint":"{{Sha}}","changes":[["dpkg","libssl3","","3.0.1","3.0.2"],["python","fastapi","","0.1","0.2"]]}"""
        ) with
        {
            Words = ["\"error\":", "{\"reason\":\"NoApt\",\"said\":\"x\"}", "[\"dpkg\",\"a\\u001b\",\"\",\"\",\"1\"]"],
        },
        Scan(
            ScannerKind.Trivy,
            """{"SchemaVersion":2,"Results":[{"Vulnerabilities":[{"VulnerabilityID":"CVE-1","PkgName":"a","InstalledVersion":"1","FixedVersion":"2","Severity":"HIGH"}]}]}"""
        ),
        Scan(
            ScannerKind.Grype,
            """{"matches":[{"vulnerability":{"id":"CVE-1","severity":"High","fix":{"versions":["2"],"state":"fixed"}},"artifact":{"name":"a","version":"1"}}]}"""
        ),
        Scan(
            ScannerKind.OSVScanner,
            """{"results":[{"packages":[{"package":{"name":"a","version":"1"},"vulnerabilities":[{"id":"GHSA-1","aliases":["CVE-1"],"database_specific":{"severity":"HIGH"},"affected":[{"ranges":[{"events":[{"fixed":"2"}]}]}]}],"groups":[{"ids":["GHSA-1"],"max_severity":"7.5"}]}]}]}"""
        ),
        FuzzTarget.OfText(
            "scan-summary",
            text => ScanSummary.TryRead(text, out var status) ? $"{status is null}" : "none",
            """{"v":1,"critical":1,"high":2,"findings":[{"id":"CVE-1","package":"a","severity":"High"}]}"""
        ),
        FuzzTarget.OfText(
            "smoke-report",
            text => SmokeReport.Read(text, Sha) is { } report ? $"{report.Ok} {Cleaned(report.Detail)}" : "none",
            $$"""{"digest":"{{Sha}}","ok":true,"answered":true,"detail":"x"}"""
        ),
        FuzzTarget.OfText(
            "fetch-report",
            text => $"{FetchReport.ReadEnd(text) is null} {FetchReport.ReadProgress(text) is null}",
            """{"event":"progress","bytes":1,"total":2}""" + "\n" + """{"event":"done","ok":true,"detail":"x"}"""
        ),
        FuzzTarget.OfText(
            "log",
            text => Lines(MaskedLog.Clean(text)) + Lines(MaskedLog.Of(text)),
            "a\r\nb\x1B[31mred\x1B[0m https://user:pass@host/ token=abcdefgh Bearer abcdefghijk\n",
            "progress 1%\rprogress 2%\rdone\n"
        ) with
        {
            Words = ["\x1B[", "\x1B]0;", "\x9B", "password=", "://u:p@", "Bearer ", "eyJaaaaaaa.", "\r"],
        },
        FuzzTarget.OfText(
            "build-log",
            text =>
            {
                var log = new FailedLog(
                    LogTail.Of(text),
                    WholeLog.Of(text),
                    new FailedLog.Given("FROM x\nRUN pip install a\\\n b\n", RequirementOrigin.None)
                );
                _ = DockerfileStep.Last(text, text);
                return LogDiagnosis.Diagnose(log)?.ToString() is { } said ? said[..Math.Min(40, said.Length)] : "none";
            },
            "INFO[0001] RUN pip install torch==2.6.0\nINFO[0002] Running: [/bin/sh -c pip install torch]\n"
                + "ERROR: No matching distribution found for torch==2.6.0\n",
            "E: Unable to locate package curl\nerror building image: exit status 100\n",
            "ERROR: Could not find a version that satisfies the requirement x (from versions: 1)\n"
                + "ERROR: ResolutionImpossible\n"
        ) with
        {
            Words =
            [
                "\nERROR: ",
                "RUN ",
                "Running: [/bin/sh -c ",
                "]\n",
                "(from versions: ",
                "no space left on device",
                "x509:",
                "conflict",
            ],
            BytesPerByte = 4000,
        },
        new FuzzTarget(
            "hub-revision",
            bytes => Hub(() => $"{HubAnswer.Revision(bytes, "hub").Files.Count > 0}"),
            """{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"config.json","size":5,"lfs":{"sha256":"a","size":5}}]}"""
        )
        {
            Words = ["\"siblings\":", "\"lfs\":", "\"rfilename\":", "\"sha\":"],
        },
        new FuzzTarget(
            "hub-config",
            bytes => Hub(() => HubAnswer.ModelType(bytes, "hub")),
            """{"model_type":"gemma3_text"}"""
        ),
    ];

    private static FuzzTarget Scan(ScannerKind kind, string seed) =>
        FuzzTarget.OfText(
            $"scan-{kind}",
            text =>
            {
                try
                {
                    var status = ScanSummary.Of(ScannerReport.Read(kind, text), [], ignoreUnfixed: false);
                    return ScanSummary.TryRead(ScanSummary.Write(status), out _)
                        ? "read"
                        : throw new InvalidOperationException("what is written isn't read");
                }
                catch (FormatException e)
                {
                    return e.Message;
                }
            },
            seed,
            "2026-03-01 WARN something\n" + seed
        ) with
        {
            Words =
            [
                "\n{",
                "\"Severity\":\"CRITICAL\"",
                "\"severity\":\"9.8\"",
                "\"id\":",
                "\"fixed\":",
                "\"aliases\":",
            ],
        };

    private static string Hub(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (HubException e)
        {
            return RegistryTargets.Shown(e.Message);
        }
    }

    private static string Cleaned(string detail) =>
        RegistryTargets.Shown(detail) is { Length: > 200 } ? "long" : "short";

    private static string Lines(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            RegistryTargets.Shown(line);
        }

        return text.Contains("***", StringComparison.Ordinal) ? "masked" : "plain";
    }
}
