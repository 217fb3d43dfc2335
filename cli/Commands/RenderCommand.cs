using System.CommandLine;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Hosting;
using GemmaOperator.Runtime.Client;
using KubectlGemma.Output;
using KubectlGemma.Output.Data;
using KubectlGemma.Rendering;

namespace KubectlGemma.Commands;

/// <summary>Runs <c>render</c>: what the operator would make of a manifest, without a cluster.</summary>
internal sealed class RenderCommand(Shell shell)
{
    private readonly Option<string> _file = new("--filename", "-f")
    {
        Description = "Manifest with GemmaBaseImages and the ConfigMaps that they name; - is standard input.",
        Required = true,
    };

    private readonly Option<string> _namespace = new("--namespace", "-n")
    {
        Description = "Namespace of objects that name none.",
        DefaultValueFactory = _ => "default",
        CustomParser = CommandLineValues.Namespace!,
    };

    private readonly Option<string> _server = new("--server-image")
    {
        Description = "The operator's --server-image, for objects that name none.",
        DefaultValueFactory = _ => "",
        CustomParser = CommandLineValues.Image,
    };

    private readonly Option<string> _executor = new("--executor-image")
    {
        Description = "The operator's --executor-image.",
        DefaultValueFactory = _ => BuildSpec.DefaultExecutorImage,
        CustomParser = CommandLineValues.Image,
    };

    private readonly Option<string?> _defaults = new("--defaults")
    {
        Description = "File with the operator's --defaults; a namespace's are the ConfigMap gemma-defaults in FILE.",
    };

    private readonly Option<OutputFormat> _format = Choices.Format("json, yaml, name or jsonpath=TEMPLATE.");

    public static Command Make(Shell shell)
    {
        var own = new RenderCommand(shell);
        var command = new Command(
            "render",
            "Prints Dockerfile, build Job and Deployment of a manifest; asks no cluster."
        )
        {
            own._file,
            own._namespace,
            own._server,
            own._executor,
            own._defaults,
            own._format,
        };
        command.SetAction(own.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var manifest = await ManifestReader.ReadAsync(result.GetValue(_file)!, shell.Input, cancellationToken);
        var renderer = new OfflineRenderer(
            result.GetValue(_server)!,
            result.GetValue(_executor)!,
            result.GetValue(_namespace)!,
            shell.Now,
            DefaultsFile.Read(result.GetValue(_defaults))
        );
        var all = manifest.Images.Select(i => renderer.Render(manifest, i.Json, i.Line)).ToList();
        var format = result.GetValue(_format)!;
        if (format.IsForPeople)
        {
            foreach (var rendered in all)
            {
                Print(rendered);
            }
        }
        else
        {
            format.Write(
                shell.Screen.Output,
                new JsonArray([.. all.Select(Data)]),
                all.SelectMany(r => r.Objects).Select(o => $"{o.Kind.ToLowerInvariant()}/{o.Metadata.Name}")
            );
        }

        foreach (var note in all.SelectMany(r => r.Notes.Select(n => $"{r.Name}: {n}")))
        {
            shell.Screen.Note(note);
        }

        return ExitCode.Done;
    }

    private void Print(Rendered rendered)
    {
        shell.Screen.Print([
            Line.Of(new Piece($"# {rendered.Name}: Dockerfile", Tone.Strong)),
            .. rendered.Dockerfile.TrimEnd('\n').Split('\n').Select(l => Line.Of(l)),
            .. rendered.Objects.SelectMany(o =>
                new[]
                {
                    Line.Of("---"),
                    Line.Of(new Piece($"# {rendered.Name}: {o.Kind} {o.Metadata.Name}", Tone.Strong)),
                }.Concat(YamlText.Write(Json(o)).TrimEnd('\n').Split('\n').Select(l => Line.Of(l)))
            ),
        ]);
    }

    private static JsonNode Json(object of) => JsonNode.Parse(KubeJson.Serialize(of))!;

    private static JsonObject Data(Rendered rendered) =>
        new()
        {
            ["name"] = rendered.Name,
            ["dockerfile"] = rendered.Dockerfile,
            ["objects"] = new JsonArray([.. rendered.Objects.Select(Json)]),
            ["notes"] = new JsonArray([.. rendered.Notes.Select(n => (JsonNode)n)]),
        };
}
