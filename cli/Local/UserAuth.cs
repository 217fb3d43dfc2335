using Docker.DotNet.Models;
using GemmaOperator.Registry.Push;
using GemmaOperator.Registry.References;
using KubectlGemma.Output;

namespace KubectlGemma.Local;

/// <summary>Finds the user's own credentials for a registry, and writes them as an engine takes them.</summary>
internal static class UserAuth
{
    /// <summary>Returns null where there are none.</summary>
    /// <exception cref="CliException">The docker config, or a credential helper, isn't what it should be.</exception>
    public static async Task<AuthConfig?> ForAsync(ImageRepository repository, CancellationToken cancellationToken)
    {
        try
        {
            var config = await UserCredentials.ForAsync(
                repository.Host,
                UserCredentials.DefaultFile,
                CredentialHelper.AskAsync,
                cancellationToken
            );
            return config.For(repository.Host, repository.Path) is { } found
                ? new AuthConfig
                {
                    ServerAddress = repository.Host,
                    Username = found.Username,
                    Password = found.Password,
                    IdentityToken = found.IdentityToken,
                    RegistryToken = found.RegistryToken,
                }
                : null;
        }
        catch (FormatException e)
        {
            throw new CliException(ExitCode.Usage, e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{UserCredentials.DefaultFile}: {e.Message}", e);
        }
    }
}
