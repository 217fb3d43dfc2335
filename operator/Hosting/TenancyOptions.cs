using System.CommandLine;
using System.CommandLine.Parsing;
using GemmaOperator.Tenancy;
using GemmaOperator.Text;

namespace GemmaOperator.Hosting;

/// <summary>
/// Reads the options that say what tenants may name. One that isn't given restricts nothing; an empty one allows
/// nothing.
/// </summary>
internal sealed class TenancyOptions
{
    private const string Repeatable = " Repeatable; empty: none.";

    private readonly Option<ImagePrefix[]?> _executors = Images(
        "--allowed-executor-image",
        "HOST[/PATH] below which spec.build.executorImage may be."
    );

    private readonly Option<ImagePrefix[]?> _scanners = Images(
        "--allowed-scanner-image",
        "HOST[/PATH] below which spec.verification.scan.image may be."
    );

    private readonly Option<ImagePrefix[]?> _servers = Images(
        "--allowed-server-image",
        "HOST[/PATH] below which spec.rollout.server.image may be, and images of containers beside it."
    );

    private readonly Option<bool> _digests = new("--require-image-digests")
    {
        Description = "These images must be named by digest; the operator's own defaults needn't.",
    };

    private readonly Option<string[]?> _accounts = Names(
        "--allowed-service-account",
        "Name that serviceAccountName of spec.build and spec.rollout.server may have."
    );

    private readonly Option<string[]?> _runtimes = Names(
        "--allowed-runtime-class",
        "RuntimeClass that specs may name."
    );

    private readonly Option<string[]?> _priorities = Names(
        "--allowed-priority-class",
        "PriorityClass that specs may name."
    );

    private readonly Option<KeyRule[]?> _selectors = Keys(
        "--allowed-node-selector",
        "KEY[=VALUE] of the node labels that specs may ask for."
    );

    private readonly Option<KeyRule[]?> _tolerations = Keys(
        "--allowed-toleration",
        "KEY[=VALUE] of the taints that specs may tolerate."
    );

    private readonly Option<KeyRule[]?> _labels = Keys(
        "--allowed-pod-label",
        "KEY[=VALUE] of the labels that podLabels of spec.build and spec.rollout.server may give to pods."
    );

    private readonly Option<KeyRule[]?> _annotations = Keys(
        "--allowed-pod-annotation",
        "KEY[=VALUE] of the annotations that podAnnotations of spec.build and spec.rollout.server may give to pods."
    );

    private readonly Option<string[]?> _drivers = Names(
        "--allowed-csi-driver",
        "CSI driver that spec.rollout.server.volumes may name."
    );

    private delegate bool Reads<T>(string text, out T? value, out string? error);

    /// <summary>Gets all of them, for the command that takes them.</summary>
    public IReadOnlyList<Option> All =>
        [
            _executors,
            _scanners,
            _servers,
            _digests,
            _accounts,
            _runtimes,
            _priorities,
            _selectors,
            _tolerations,
            _labels,
            _annotations,
            _drivers,
        ];

    /// <summary>Returns what they say, beside the operator's defaults.</summary>
    public TenantPolicy Read(ParseResult result, string executor, string server) =>
        new()
        {
            ExecutorImages = Given(result, _executors),
            ScannerImages = Given(result, _scanners),
            ServerImages = Given(result, _servers),
            RequiresDigests = result.GetValue(_digests),
            ServiceAccounts = Given(result, _accounts),
            RuntimeClasses = Given(result, _runtimes),
            PriorityClasses = Given(result, _priorities),
            NodeSelectors = Given(result, _selectors),
            Tolerations = Given(result, _tolerations),
            PodLabels = Given(result, _labels),
            PodAnnotations = Given(result, _annotations),
            CsiDrivers = Given(result, _drivers),
            DefaultExecutorImage = executor,
            DefaultServerImage = server,
        };

    /// <summary>
    /// Returns null for an option that isn't there: the value of a list is empty then, and an empty one allows nothing.
    /// </summary>
    private static T[]? Given<T>(ParseResult result, Option<T[]?> option) =>
        result.GetResult(option) is { Implicit: false } ? result.GetValue(option) : null;

    private static Option<ImagePrefix[]?> Images(string name, string description) =>
        Make<ImagePrefix>(name, description, ImagePrefix.TryParse);

    private static Option<KeyRule[]?> Keys(string name, string description) =>
        Make<KeyRule>(name, description, KeyRule.TryParse);

    private static Option<string[]?> Names(string name, string description) =>
        Make<string>(
            name,
            description,
            (text, out value, out error) =>
            {
                (value, error) = NameSyntax.IsName(text)
                    ? (text, (string?)null)
                    : (null, $"'{text}' can't be the name of an object");
                return error is null;
            }
        );

    private static Option<T[]?> Make<T>(string name, string description, Reads<T> reads) =>
        new(name) { Description = description + Repeatable, CustomParser = given => Parse(given, reads) };

    private static T[]? Parse<T>(ArgumentResult given, Reads<T> reads)
    {
        var all = new List<T>();
        foreach (var text in given.Tokens.Select(t => t.Value).Where(text => text.Length > 0))
        {
            if (!reads(text, out var value, out var error))
            {
                given.AddError($"{((OptionResult)given.Parent!).Option.Name}: {error}");
                return null;
            }

            all.Add(value!);
        }

        return [.. all];
    }
}
