using System.Text;
using GemmaOperator.Api.Updates;
using GemmaOperator.Builds.Inputs.Access;
using GemmaOperator.Builds.Inputs.Updates;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Inputs;

/// <summary>
/// Renders the Dockerfile of a base image. Three stages in a row, each on top of the one before: Kaniko squashes
/// such a chain into one (pkg/dockerfile, MakeKanikoStages), so a base image of several GB is unpacked once, which
/// a separate builder stage would double. Requirements go into the image's own site-packages, where <c>torch</c>
/// already is, under a constraint that pins the installed torch: a second prefix would need a search order in
/// which an older copy could win.
/// </summary>
internal static class DockerfileRenderer
{
    /// <summary>Names the directory of the operator's own files in the image.</summary>
    public const string Directory = UpdateNote.Directory;

    /// <summary>Names the file with one line: the directory of libtorch, for the server.</summary>
    public const string TorchLibPathFile = Directory + "/torch-lib-path";

    /// <summary>Names the file with what the base itself brought of Python, one <c>name==version</c> a line.</summary>
    public const string BasePythonFile = Directory + "/base-python-packages";

    /// <summary>Names the file of the requirements, and that of the constraints.</summary>
    public const string RequirementsFile = Directory + "/requirements.txt";

    /// <inheritdoc cref="RequirementsFile"/>
    public const string ConstraintsFile = Directory + "/constraints.txt";

    /// <summary>Has pip ask and tell nothing that nobody reads.</summary>
    public const string QuietPip = "export PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1";

    private const string HashesOption = "--require-hashes";
    private const string IndexOption = "--index-url";
    private const string ExtraIndexOption = "--extra-index-url";

    /// <summary>Gets the command that names the epoch, so that it is part of a layer's key.</summary>
    public const string Epoch = "echo \"cache epoch: ${CACHE_EPOCH}\"";

    /// <summary>
    /// Fetches what the package repositories have; without the error mode apt goes on with old lists when one can't be
    /// fetched.
    /// </summary>
    public const string UpdateLists = "apt-get update -o Acquire::Retries=3 -o APT::Update::Error-Mode=any";

    /// <summary>
    /// Prints <c>name==version</c> for the installed torch and what belongs to it, as a constraints file. The first
    /// of two distributions of one name wins, as it does on import. Without torch it prints nothing, and
    /// requirements may bring it.
    /// </summary>
    private const string PinTorch = """
        import importlib.metadata as m, re; p = {}; [p.setdefault((d.metadata["Name"] or "").lower().replace("_", "-"), d.version) for d in m.distributions()]; [print(n + "==" + v) for n, v in sorted(p.items()) if re.fullmatch("torch|torchvision|torchaudio|triton|pytorch-triton|nvidia-.+-cu[0-9]+", n)]
        """;

    /// <summary>
    /// Prints <c>name==version</c> for all that is there before the requirements: what they leave as it is comes with
    /// the base, and isn't asked about later (<c>probe.py</c>).
    /// </summary>
    private const string ListPython = """
        import importlib.metadata as m, re; p = {}; [p.setdefault(re.sub("[-_.]+", "-", d.metadata["Name"] or "").lower(), d.version) for d in m.distributions()]; [print(n + "==" + str(v)) for n, v in sorted(p.items()) if n]
        """;

    /// <summary>Prints the directory of libtorch without importing torch, which would need its GPU libraries.</summary>
    private const string FindTorch = """
        import importlib.util as u, os, sys; s = u.find_spec("torch"); p = os.path.join(os.path.dirname(s.origin), "lib") if s and s.origin else ""; print(p) if os.path.isdir(p) else sys.exit("gemma-operator: torch is not installed in this image")
        """;

    /// <summary>
    /// Renders the text; every line of it is ours, and every value stands in quotes or is of a type that needs none.
    /// It depends on the spec alone: the base's digest, the epoch and what is said of one build come as
    /// arguments and labels of the Job.
    /// </summary>
    /// <param name="inputs">What is in the image.</param>
    /// <param name="access">How its steps reach what they install; a user's own Dockerfile sees to it itself.</param>
    public static string Render(ParsedSpec inputs, StepAccess? access = null)
    {
        var text = new StringBuilder();
        if (inputs.Dockerfile is { } own)
        {
            text.Append(own.Value);
            text.Append("\n# From here on: added by Gemma Operator.\n");
        }
        else
        {
            text.Append("# Rendered by Gemma Operator. To change it, change the GemmaBaseImage.\n");
            text.Append("# BASE_IMAGE is given with its digest when it is built.\n");
            text.Append($"ARG BASE_IMAGE={inputs.Base.Text}\n\n");
            System(text, inputs, access ?? StepAccess.None);
            Python(text, inputs, access ?? StepAccess.None);
            text.Append("FROM python AS final\n");
        }

        Final(text, inputs);
        return text.ToString();
    }

    private static void System(StringBuilder text, ParsedSpec inputs, StepAccess access)
    {
        text.Append("FROM ${BASE_IMAGE} AS system\nUSER 0:0\n");
        var updates = inputs.Updates.Policy != SystemUpdatePolicy.None;
        if (inputs.Packages.Count > 0 || updates)
        {
            Arguments(text, access.Arguments);
        }

        if (inputs.Packages.Count > 0)
        {
            Run(
                text,
                RunStepName.SystemPackages,
                [
                    Epoch,
                    .. access.Open(),
                    "export DEBIAN_FRONTEND=noninteractive",
                    UpdateLists,
                    "since=$(mktemp)",
                    "apt-get install --yes --no-install-recommends -o Acquire::Retries=3 -- "
                        + $"{Words(inputs.Packages.Select(p => p.ToString()))}",
                    ReplacedFiles.Show("$since"),
                    "rm -f $since",
                    "rm -rf /var/lib/apt/lists/*",
                    .. access.Close(),
                ]
            );
        }

        // After the packages, so that versions which the spec pins find the base's dependencies, and stay; before the
        // requirements, which change most often and then leave this layer in the cache.
        if (updates)
        {
            var pinned = inputs.Packages.Where(package => package.Version is not null).Select(package => package.Name);
            Run(
                text,
                RunStepName.SystemUpdates,
                [Epoch, .. access.Open(), .. UpdateCommands.Render(inputs.Updates, pinned), .. access.Close()]
            );
        }

        text.Append('\n');
    }

    private static void Python(StringBuilder text, ParsedSpec inputs, StepAccess access)
    {
        text.Append("FROM system AS python\n");
        text.Append("ENV PIP_BREAK_SYSTEM_PACKAGES=\"1\" PYTHONUNBUFFERED=\"1\"\n");
        if (!inputs.Requirements.IsEmpty)
        {
            var install =
                $"{PipStep.Install(inputs)} --constraint {ConstraintsFile}{Indexes(inputs)}"
                + $"{PipStep.Exactly(inputs)} --requirement {RequirementsFile}";
            text.Append($"COPY {BuildContext.RequirementsKey} {RequirementsFile}\n");
            Arguments(text, access.Arguments);
            PipStep.Arguments(text, inputs);
            Run(
                text,
                RunStepName.Requirements,
                [
                    Epoch,
                    .. access.Open(isPip: true),
                    $"python3 -c {ShellWord.Quote(PinTorch)} > {ConstraintsFile}",
                    $"python3 -c {ShellWord.Quote(ListPython)} > {BasePythonFile}",
                    QuietPip,
                    .. PipStep.Open(inputs),
                    install,
                    .. PipStep.Fixes(inputs),
                    .. PipStep.Close(inputs),
                    .. access.Close(),
                ]
            );
        }

        text.Append('\n');
    }

    /// <summary>
    /// Renders the arguments that a step declares; without a value of its own one that isn't given stays unset.
    /// </summary>
    public static void Arguments(StringBuilder text, IReadOnlyList<string> arguments)
    {
        text.Append("ARG CACHE_EPOCH=\n");
        foreach (var name in arguments)
        {
            text.Append($"ARG {name}\n");
        }
    }

    /// <summary>Returns how pip is told where packages come from, as words that need no shell.</summary>
    /// <param name="inputs">What is in the image.</param>
    /// <param name="hasHashes">Whether what is asked for has hashes, where the spec demands them.</param>
    public static IEnumerable<string> IndexOptions(ParsedSpec inputs, bool hasHashes = true) =>
        [
            .. inputs.RequireHashes && hasHashes ? [HashesOption] : Array.Empty<string>(),
            .. inputs.Index is { } index ? [IndexOption, index.Value] : Array.Empty<string>(),
            .. inputs.ExtraIndexes.SelectMany(url => new[] { ExtraIndexOption, url.Value }),
        ];

    /// <summary>Renders the same as words of a shell, each after a blank.</summary>
    public static string Indexes(ParsedSpec inputs, bool hasHashes = true) =>
        string.Concat(
            IndexOptions(inputs, hasHashes)
                .Select(word =>
                    word.StartsWith("--", StringComparison.Ordinal) ? $" {word}" : $" {ShellWord.Quote(word)}"
                )
        );

    private static void Final(StringBuilder text, ParsedSpec inputs)
    {
        var user = inputs.User;
        var name = ShellWord.Quote(user.Name);
        text.Append("USER 0:0\n");
        Run(
            text,
            RunStepName.Finish,
            [
                $"mkdir -p {Directory}",
                $"python3 -c {ShellWord.Quote(FindTorch)} > {TorchLibPathFile}",
                // An id or a name that the base already has is kept: Ubuntu 24.04 comes with uid 1000.
                $"user={name}",
                $"getent group {user.Gid} > /dev/null || ! getent group \"$user\" > /dev/null || user=gemma-{user.Uid}",
                $"getent passwd {user.Uid} > /dev/null || ! getent passwd \"$user\" > "
                    + $"/dev/null || user=gemma-{user.Uid}",
                $"getent group {user.Gid} > /dev/null || groupadd --gid {user.Gid} \"$user\"",
                $"getent passwd {user.Uid} > /dev/null || useradd --no-log-init --uid {user.Uid} --gid "
                    + $"{user.Gid} --create-home --shell /bin/sh \"$user\"",
            ]
        );
        Pairs(text, "ENV", inputs.Environment.Variables);
        Pairs(text, "LABEL", Labels(inputs));
        // Numeric, or the kubelet can't check runAsNonRoot.
        text.Append($"USER {user.Uid}:{user.Gid}\n");
    }

    /// <summary>
    /// Renders the user's labels, then those of ours that the spec decides; the others are <see cref="BuildLabels"/>.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string>> Labels(ParsedSpec inputs)
    {
        KeyValuePair<string, string>[] ours =
        [
            new("gemmaoperator.io/pytorch", inputs.Pytorch),
            new("gemmaoperator.io/cuda", inputs.Cuda),
            new("gemmaoperator.io/cudnn", inputs.Cudnn),
            new("gemmaoperator.io/torch-lib-path-file", TorchLibPathFile),
        ];
        return inputs.Labels.Labels.Concat(ours.Where(label => label.Value.Length > 0));
    }

    /// <summary>
    /// One instruction for all: with its cache on, the executor makes a layer of each, though it be empty
    /// (pkg/executor/build.go, shouldTakeSnapshot), and runtimes bound the number of layers.
    /// </summary>
    private static void Pairs(StringBuilder text, string instruction, IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var words = pairs.Select(pair => $"{pair.Key}={DockerfileWord.Quote(pair.Value)}").ToList();
        if (words.Count > 0)
        {
            text.Append(instruction).Append(' ').AppendJoin(" \\\n    ", words).Append('\n');
        }
    }

    /// <summary>Quotes words for a shell.</summary>
    public static string Words(IEnumerable<string> words) => string.Join(' ', words.Select(ShellWord.Quote));

    /// <summary>
    /// Renders one layer. The first command that fails ends it, and says which step it was as the last thing in the
    /// log: the end of the log is all that a pod's status carries.
    /// </summary>
    public static void Run(StringBuilder text, string step, IReadOnlyList<string> commands) =>
        text.Append("RUN set -eu; \\\n    ")
            .Append(
                $"trap 'code=$?; [ $code = 0 ] || echo \"{RunStepName.Marker} {step} failed with exit status "
                    + $"$code\" >&2' EXIT; \\\n    "
            )
            .AppendJoin("; \\\n    ", commands)
            .Append('\n');
}
