using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Runtime.Contracts;
using KubectlGemma.Cluster;
using KubectlGemma.Output;

namespace KubectlGemma.Acting;

/// <summary>Sends changes. One that is based on an object that changed meanwhile is decided anew.</summary>
internal sealed class Writer(GemmaCluster cluster, Screen screen)
{
    private const int MostTries = 5;

    /// <summary>Decides and writes, and tells what was done.</summary>
    /// <param name="decide">Reads what it needs, and decides.</param>
    /// <param name="dryRun">Whether it is written at all.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What was written, and the object's generation then.</returns>
    public async Task<(Change Change, long Generation)> WriteAsync(
        Func<CancellationToken, Task<Change>> decide,
        DryRun dryRun,
        CancellationToken cancellationToken
    )
    {
        for (var tries = 1; ; tries++)
        {
            var change = await decide(cancellationToken);
            if (dryRun == DryRun.Client)
            {
                Tell(change, " (dry run: nothing was sent)");
                return (change, 0);
            }

            try
            {
                var isDry = dryRun == DryRun.Server;
                var body = change.Body();
                var after = change.IsOfBuild
                    ? await cluster.PatchAsync<GemmaBuild>(
                        cluster.Namespace,
                        change.Name,
                        body,
                        isDry,
                        cancellationToken
                    )
                    : await cluster.PatchAsync<GemmaBaseImage>(
                        cluster.Namespace,
                        change.Name,
                        body,
                        isDry,
                        cancellationToken
                    );
                Tell(change, isDry ? " (server dry run: the API server takes it, and kept nothing)" : "");
                return (change, after.GetProperty("metadata").GetProperty("generation").GetInt64());
            }
            catch (KubeApiException e) when (e.IsConflict && tries < MostTries)
            {
                // Somebody, mostly the operator with its status, was faster: what was decided may not hold any more.
            }
        }
    }

    private void Tell(Change change, string how)
    {
        var kind = change.IsOfBuild ? GemmaBuild.KubeKind : GemmaBaseImage.KubeKind;
        screen.Print(
            Line.Of(
                $"{kind.ToLowerInvariant()}.gemmaoperator.io/{change.Name} ",
                new Piece(change.Done, Tone.Good),
                new Piece(how, Tone.Dim)
            ),
            Line.Of(new Piece($"  {change.Next}", Tone.Dim))
        );
    }
}
