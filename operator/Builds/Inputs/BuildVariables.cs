using System.Text.RegularExpressions;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Builds.Inputs.Scanners;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Holds the environment of the pods that build, verify and scan: how they reach what they need. None of it says what
/// is in the image; a variable that would, or that changes what the operator renders, is refused by its name.
/// </summary>
internal sealed partial record BuildVariables
{
    /// <summary>Names the field.</summary>
    public const string Field = "spec.build.env";

    /// <summary>Bounds the number of variables.</summary>
    public const int MaxCount = SpecBounds.Variables;

    /// <summary>Bounds one value, in characters.</summary>
    public const int MaxValueLength = SpecBounds.VariableValue;

    private const string Remedy = "take it out of spec.build.env";

    /// <summary>Lists the proxies' variables, which programs know in either case, and in no third one.</summary>
    private static readonly HashSet<string> Proxies = InBothCases(
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "FTP_PROXY"
    );

    private static readonly HashSet<string> NoProxy = InBothCases("NO_PROXY");

    /// <summary>Lists what the operator sets, or what takes the place of what it renders.</summary>
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "APT_CONFIG",
        "CURL_CA_BUNDLE",
        "DEBIAN_FRONTEND",
        "DOCKER_CONFIG",
        "GIT_SSL_CAINFO",
        "GRYPE_CHECK_FOR_APP_UPDATE",
        "GRYPE_DB_CACHE_DIR",
        "GRYPE_REGISTRY_INSECURE_USE_HTTP",
        "HOSTNAME",
        "NETRC",
        "NODE_EXTRA_CA_CERTS",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "TMPDIR",
        "TRIVY_CACHE_DIR",
        "TRIVY_NON_SSL",
        "USER",
    };

    private static readonly string[] OwnPrefixes = ["ASPNETCORE_", "DOTNET_", "KUBERNETES_", "PIP_", "PYTHON"];

    /// <summary>Lists what pip may be told beside what the operator tells it: it changes no package.</summary>
    private static readonly HashSet<string> OfPip = new(StringComparer.Ordinal)
    {
        "PIP_DEFAULT_TIMEOUT",
        "PIP_RETRIES",
    };

    private BuildVariables(IReadOnlyList<KeyValuePair<string, string>> all) => All = all;

    /// <summary>Gets the variables, sorted by name, a proxy's in both cases.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> All { get; }

    /// <summary>
    /// Decides whether the executor gives a build argument to each RUN step that is called so, without an ARG
    /// (osscontainertools/kaniko v1.28.3, pkg/dockerfile/buildargs.go).
    /// </summary>
    public static bool IsTransparent(string name) => Proxies.Contains(name) || NoProxy.Contains(name);

    public static Parsed<BuildVariables> Parse(IReadOnlyList<EnvironmentVariable>? given)
    {
        var problems = new List<FieldError>();
        var variables = given ?? [];
        if (variables.Count > MaxCount)
        {
            problems.Add(Problem.At(Field, $"{variables.Count} variables", $"list at most {MaxCount}"));
        }

        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (i, variable) in variables.Take(MaxCount).Index())
        {
            var (name, value) = (variable?.Name ?? "", variable?.Value ?? "");
            if (Judge($"{Field}[{i}]", name, value) is { } problem)
            {
                problems.Add(problem);
            }
            else if (!all.TryAdd(name, value))
            {
                problems.Add(Problem.At($"{Field}[{i}].name", $"{name} is set twice", Remedy));
            }
        }

        if (problems.Count > 0)
        {
            return Parsed<BuildVariables>.Wrong(problems);
        }

        // curl and apt know http_proxy alone, others the capitals.
        foreach (var (name, value) in all.Where(v => IsTransparent(v.Key)).ToList())
        {
            all.TryAdd(name.ToLowerInvariant(), value);
            all.TryAdd(name.ToUpperInvariant(), value);
        }

        return Parsed<BuildVariables>.Of(new BuildVariables([.. all]));
    }

    private static FieldError? Judge(string where, string name, string value) =>
        !Name().IsMatch(name)
            ? Problem.At(
                $"{where}.name",
                $"{Quoted.Of(name)} isn't a variable name",
                "use letters, digits and _, at most 128, not starting with a digit"
            )
        : IsRefused(name)
            ? Problem.At(
                $"{where}.name",
                $"{name} is set by the operator, or would change what it renders or how programs are loaded",
                Remedy
            )
        : ScannerVariables.IsRefused(name)
            ? Problem.At(
                $"{where}.name",
                $"{name} isn't known to leave what a scan finds, and how it says so, as it is",
                $"{Remedy}; what doesn't count is said in spec.verification.scan"
            )
        : UntrustedText.HasControl(value)
            ? Problem.At(
                $"{where}.value",
                "it holds a line break or another control character",
                "use printable characters only"
            )
        : value.Length > MaxValueLength
            ? Problem.At($"{where}.value", $"{value.Length} characters", $"keep it below {MaxValueLength}")
        : Proxies.Contains(name) && value.Length > 0 ? JudgeProxy($"{where}.value", value)
        : null;

    private static bool IsRefused(string name) =>
        BuildEnvironment.IsRefused(name)
        || Own.Contains(name)
        || (!OfPip.Contains(name) && OwnPrefixes.Any(p => name.StartsWith(p, StringComparison.OrdinalIgnoreCase)));

    /// <summary>Never shows the value: it may hold a password.</summary>
    private static FieldError? JudgeProxy(string where, string value) =>
        value.Contains('@', StringComparison.Ordinal)
            ? Problem.At(
                where,
                "it holds credentials, which everybody could read who may read the object or its Jobs",
                "use a proxy that lets the cluster's addresses through without, as in http://proxy.example.com:3128"
            )
        : !Proxy().IsMatch(value)
            ? Problem.At(
                where,
                "it isn't the address of a proxy",
                "write it with its scheme, http or https, as in http://proxy.example.com:3128"
            )
        : null;

    private static HashSet<string> InBothCases(params IEnumerable<string> names) =>
        new(names.SelectMany(n => new[] { n, n.ToLowerInvariant() }), StringComparer.Ordinal);

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();

    [GeneratedRegex(
        @"\Ahttps?://([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?\z",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Proxy();
}
