using System.CommandLine;
using GemmaOperator.Api.Builds;
using GemmaOperator.Hosting;
using GemmaOperator.Registry.References;
using KubectlGemma.Local;
using KubectlGemma.Local.Engines;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;
using KubectlGemma.Rendering;
using KubectlGemma.Views;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>build</c>: builds what the operator would, on a container engine of this machine.</summary>
internal sealed class BuildCommand(Shell shell)
{
    /// <summary>Stands for the operator's default: no server is put onto a local build, whichever it is.</summary>
    private const string AnyServer = "localhost/server:any";

    private readonly ClusterOptions _cluster = new();
    private readonly RegistryOptions _registry = new();
    private readonly Option<OutputFormat> _format = Choices.Format("json, yaml, name or jsonpath=TEMPLATE.");

    private readonly Argument<string?> _name = new(Arguments.Name)
    {
        Description = "Which GemmaBaseImage of the file, where it has several.",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = Choices.ObjectName,
    };

    private readonly Option<string> _file = new("--filename", "-f")
    {
        Description = "Manifest with GemmaBaseImages and the ConfigMaps that they name; - is standard input.",
        Required = true,
    };

    private readonly Option<bool> _local = new("--local")
    {
        Description = "Build on this machine's container engine. There is no other way yet: apply the file for one.",
        Required = true,
    };

    private readonly Option<string?> _engine = new("--engine")
    {
        Description =
            "unix:///path/of/docker.sock or tcp://host:2376 (default: DOCKER_HOST, the Docker context, "
            + "CONTAINER_HOST, or a socket of Docker or Podman).",
    };

    private readonly Option<string?> _context = new("--engine-context") { Description = "Docker context to use." };

    private readonly Option<Executor> _executor = new("--executor")
    {
        Description = "engine: its own builder; kaniko: the container of the operator's build Job, on that engine.",
    };

    private readonly Option<string> _executorImage = new("--executor-image")
    {
        Description = "The operator's --executor-image, for --executor kaniko.",
        DefaultValueFactory = _ => BuildSpec.DefaultExecutorImage,
        CustomParser = CommandLineValues.Image,
    };

    private readonly Option<ImageReference?> _tag = new("--tag", "-t")
    {
        Description = "What the image is called (default: localhost/NAME:local).",
        CustomParser = CommandLineValues.Reference,
    };

    private readonly Option<bool> _push = new("--push")
    {
        Description = "Push it to --tag when it holds what it must, with the credentials of 'docker login'.",
    };

    private readonly Option<bool> _noVerify = new("--no-verify")
    {
        Description = "Don't run the operator's check in the image.",
    };

    private readonly Option<bool> _offline = new("--offline")
    {
        Description = "Ask no registry and no cluster: the base is what the engine has under its name.",
    };

    private readonly Option<string> _network = new("--network")
    {
        Description = "Network of the steps and of the check, as in host (default: the engine's usual one).",
        DefaultValueFactory = _ => "",
        CustomParser = NetworkName,
    };

    private readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Show what the steps write." };

    public static Command Make(Shell shell)
    {
        var own = new BuildCommand(shell);
        var command = new Command(
            "build",
            "Builds a manifest's image on this machine's container engine, and runs the operator's check in it."
        )
        {
            own._name,
            own._file,
            own._local,
            own._engine,
            own._context,
            own._executor,
            own._executorImage,
            own._tag,
            own._push,
            own._noVerify,
            own._offline,
            own._network,
            own._verbose,
            own._format,
        };
        own._cluster.AddTo(command);
        own._registry.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(own._push) && result.GetValue(own._tag)?.Tag is null)
            {
                result.AddError(
                    "--push needs --tag REPOSITORY:TAG: the tags of spec.output.repository are the operator's"
                );
            }
            else if (result.GetValue(own._tag) is { Digest: not null })
            {
                result.AddError("--tag: a digest can't be chosen; give REPOSITORY:TAG");
            }
        });
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var manifest = await ManifestReader.ReadAsync(result.GetValue(_file)!, shell.Input, cancellationToken);
        var rendered = Choose(manifest, result.GetValue(_name), result);
        var format = result.GetValue(_format)!;
        var choice = ChoiceOf(result);
        foreach (var note in LocalLimits.Notes(rendered.Build, choice.Executor))
        {
            shell.Screen.Note($"{rendered.Name}: {note}");
        }

        var endpoint = new EngineLocator(
            EngineSettings.OfProcess(result.GetValue(_engine), result.GetValue(_context)),
            ReadFile,
            File.Exists
        ).Find();
        using var engine = await Engine.ConnectAsync(endpoint, shell.Time, cancellationToken);
        var built = await new LocalBuilder(
            engine,
            choice,
            new LocalProgress(shell.Screen, !format.IsForPeople, result.GetValue(_verbose)),
            shell.Time
        ).BuildAsync(rendered, token => HistoryAsync(result, rendered, token), cancellationToken);
        if (format.IsForPeople)
        {
            shell.Screen.Print(LocalView.Lines(built, shell.Screen.Width));
        }
        else
        {
            format.Write(shell.Screen.Output, LocalView.Data(built), [built.Pushed ?? built.Image]);
        }

        if (built.Verification.Problem is { } problem)
        {
            shell.Screen.Error($"{built.Object}: {problem}");
        }

        return built.IsGood ? ExitCode.Done : ExitCode.Failed;
    }

    private LocalChoice ChoiceOf(ParseResult result) =>
        new()
        {
            Executor = result.GetValue(_executor),
            Tag = result.GetValue(_tag),
            Verifies = !result.GetValue(_noVerify),
            Pushes = result.GetValue(_push),
            IsOffline = result.GetValue(_offline),
            Network = result.GetValue(_network)!,
            Registries = _registry.Read(result),
        };

    private Task<ClusterHistory> HistoryAsync(
        ParseResult result,
        Rendered rendered,
        CancellationToken cancellationToken
    ) =>
        result.GetValue(_offline)
            ? Task.FromResult(new ClusterHistory([], "--offline asks no cluster"))
            : ClusterHistoryReader.ReadAsync(
                () => _cluster.Connect(result, shell),
                rendered.Build.Metadata.NamespaceProperty,
                rendered.Name,
                shell.Time,
                cancellationToken
            );

    private Rendered Choose(Manifest manifest, string? name, ParseResult result)
    {
        var renderer = new OfflineRenderer(
            AnyServer,
            result.GetValue(_executorImage)!,
            _cluster.Namespace(result) ?? "default",
            shell.Now
        );
        var all = manifest.Images.Select(i => (Name: (string?)i.Json["metadata"]?["name"], i.Json, i.Line)).ToList();
        var chosen = name is null ? all : [.. all.Where(i => i.Name == name)];
        return chosen switch
        {
            [var (_, json, line)] => renderer.Render(manifest, json, line),
            [] => throw new CliException(
                ExitCode.NotFound,
                $"{manifest.Path}: there is no GemmaBaseImage {name} in it, only "
                    + string.Join(", ", all.Select(i => i.Name))
            ),
            _ => throw new CliException(
                ExitCode.Usage,
                $"{manifest.Path}: there are {all.Count} GemmaBaseImages in it; name one of "
                    + string.Join(", ", all.Select(i => i.Name))
            ),
        };
    }

    /// <summary>Names of networks go into the engine's JSON; this one can't be another mode by chance.</summary>
    private static string NetworkName(System.CommandLine.Parsing.ArgumentResult given)
    {
        var text = given.Tokens.Count > 0 ? given.Tokens[0].Value : "";
        if (text.Length is > 0 and <= 128 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            return text;
        }

        given.AddError("--network: that is no name of a network");
        return "";
    }

    private static string? ReadFile(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{path}: {e.Message}", e);
        }
    }
}
