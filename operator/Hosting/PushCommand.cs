using System.CommandLine;
using System.Globalization;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Push;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Hosting;

/// <summary>
/// Runs <c>push</c>: sends an OCI archive to a registry, for machines without a container engine. The reference by
/// digest goes to stdout, all else to stderr.
/// </summary>
internal sealed class PushCommand(TimeProvider time, TextWriter output, TextWriter errors)
{
    private const int Failed = 1;

    private readonly Argument<string> _archive = new("archive")
    {
        Description = "OCI archive with one image, gzipped or not.",
    };

    private readonly Argument<ImageReference?> _target = new("reference")
    {
        Description = "HOST/PATH:TAG to push to.",
        CustomParser = CommandLineValues.Reference,
    };

    private readonly Option<bool> _insecure = new("--insecure")
    {
        Description = "The registry is spoken to over plain HTTP.",
    };

    private readonly EgressArguments _realms = new();

    public static Command Make(TimeProvider time, TextWriter output, TextWriter errors)
    {
        var own = new PushCommand(time, output, errors);
        var command = new Command(
            "push",
            "Pushes an OCI archive with the credentials of 'docker login' and prints the image's reference by digest."
        )
        {
            own._archive,
            own._target,
            own._insecure,
            own._realms.Realms,
        };
        command.SetAction((result, cancellationToken) => own.RunAsync(result, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var (path, target) = (result.GetValue(_archive)!, result.GetValue(_target)!);
        var host = target.Repository.Host;
        try
        {
            await using var archive = await ImageArchive.OpenAsync(path, cancellationToken);
            string[] insecure = result.GetValue(_insecure) ? [host] : [];
            // Whoever runs it names the registry, wherever it is.
            var egress = EgressSettings.For(
                [],
                result.GetValue(_realms.Realms) ?? [],
                insecure,
                RegistryMirrors.None,
                EgressSettings.Registry(host, insecure)
            );
            var access = RegistryAccess.Anonymous with
            {
                Egress = egress,
                Credentials = await UserCredentials.ForAsync(
                    host,
                    UserCredentials.DefaultFile,
                    CredentialHelper.AskAsync,
                    cancellationToken
                ),
                InsecureHosts = insecure,
                Fields = RepositoryFields.OfCommand("--insecure"),
            };
            using var http = RegistryConnections.Client(new EgressRules(egress), time);
            var push = new ArchivePush(new RegistryClient(http, access, time));
            var digest = await push.PushAsync(
                archive,
                target,
                (blob, isSent) =>
                    errors.WriteLine(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{blob.Digest.Hex[..12]} {blob.Size / 1e6, 7:0.0} MB {(isSent ? "sent" : "is there")}"
                        )
                    ),
                cancellationToken
            );
            await output.WriteLineAsync($"{target.Repository}@{digest}");
            return 0;
        }
        catch (FormatException e)
        {
            return await RefuseAsync($"{path}: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await RefuseAsync(e.Message);
        }
        catch (RegistryException e)
        {
            return await RefuseAsync(
                e.Error == RegistryError.Unauthorized
                    ? $"{e.Message}; log in first: docker login {host}, or the like that writes "
                        + UserCredentials.DefaultFile
                    : e.Message
            );
        }
    }

    private async Task<int> RefuseAsync(string problem)
    {
        await errors.WriteLineAsync($"gemma-operator push: {problem.ReplaceLineEndings(" ")}");
        return Failed;
    }
}
