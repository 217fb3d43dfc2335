using System.Text;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Check;
using GemmaOperator.Dashboard.Access;
using GemmaOperator.Dashboard.Facts;
using GemmaOperator.Dashboard.Markup;
using GemmaOperator.Dashboard.Pages;
using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Text;
using Microsoft.AspNetCore.Http;

namespace GemmaOperator.Dashboard;

/// <summary>
/// Answers what a browser asks of the dashboard. Nothing here changes anything, and nothing is shown that the visitor
/// may not read.
/// </summary>
/// <param name="gate">Decides who may come in.</param>
/// <param name="fleet">What the pages are made from.</param>
/// <param name="time">The time.</param>
/// <param name="tell">Told what can't be read, as the page says it.</param>
/// <param name="stopping">Ends streams when the server ends.</param>
internal sealed class DashboardRequests(
    IGate gate,
    IFleet fleet,
    TimeProvider time,
    Action<string> tell,
    CancellationToken stopping
)
{
    /// <summary>Says how soon a page is asked for again that can't show anything yet, in seconds.</summary>
    private const int Soon = 2;

    private readonly ImageReader _reader = new(fleet.Api, time, tell);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    public async Task AnswerAsync(HttpContext context)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        SecurityHeaders.Set(context.Response.Headers);
        try
        {
            await AnswerAsync(context, either.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The browser went away, or the server ends.
        }
    }

    private async Task AnswerAsync(HttpContext context, CancellationToken stop)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await ProblemAsync(context, "/", StatusCodes.Status405MethodNotAllowed, "Read-only", "Only GET and HEAD.");
            return;
        }

        var home = "/";
        try
        {
            switch (await gate.AdmitAsync(context, stop))
            {
                case Admission.Redirected to:
                    context.Response.Redirect(to.Path);
                    break;
                case Admission.Refused refused:
                    await ProblemAsync(context, "/", refused.Status, refused.Title, refused.Message);
                    break;
                case Admission.Admitted admitted:
                    home = admitted.Prefix;
                    await RouteAsync(context, admitted, stop);
                    break;
            }
        }
        catch (KubeApiException e) when (!context.Response.HasStarted)
        {
            tell(e.Explanation);
            var status = e.IsForbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status502BadGateway;
            await ProblemAsync(context, home, status, "The API server doesn't say", e.Explanation);
        }
    }

    private Task RouteAsync(HttpContext context, Admission.Admitted visit, CancellationToken stop) =>
        visit.Path.Split('/') switch
        {
            [""] => FleetAsync(context, visit, stop),
            ["image", var ns, var name] when Names(ns, name) => ImageAsync(context, visit, ns, name, stop),
            ["events"] => FleetEventsAsync(context, visit, stop),
            ["events", var ns, var name] when Names(ns, name) => ImageEventsAsync(context, visit, ns, name, stop),
            ["style.css"] => AssetAsync(context, "style.css", "text/css; charset=utf-8", stop),
            ["script.js"] => AssetAsync(context, "script.js", "text/javascript; charset=utf-8", stop),
            ["icon.svg"] => AssetAsync(context, "icon.svg", "image/svg+xml", stop),
            _ => ProblemAsync(
                context,
                visit.Prefix,
                StatusCodes.Status404NotFound,
                "There is no such page",
                "The fleet's page leads to all others."
            ),
        };

    private static bool Names(string ns, string name) => NameSyntax.IsNamespace(ns) && NameSyntax.IsName(name);

    private async Task FleetAsync(HttpContext context, Admission.Admitted visit, CancellationToken stop)
    {
        FleetQuery query;
        try
        {
            query = FleetQuery.Read(field => context.Request.Query[field].FirstOrDefault());
        }
        catch (FormatException e)
        {
            await ProblemAsync(
                context,
                visit.Prefix,
                StatusCodes.Status400BadRequest,
                "That can't be asked for",
                e.Message
            );
            return;
        }

        var (seen, refusal) = await SeenAsync(query.Namespace, visit.Rights, stop);
        if (refusal is not null)
        {
            await SendAsync(
                context,
                StatusCodes.Status403Forbidden,
                new PageFrame("Not allowed", visit.Prefix, Now) { Visitor = visit.Visitor },
                ProblemView.AskForNamespace(refusal)
            );
            return;
        }

        if (fleet.Problem is { } problem)
        {
            tell(problem);
        }

        var hasAll = fleet.Images.HasSynced;
        var rows = seen is null ? fleet.Images.List() : seen.SelectMany(ns => fleet.Images.List(ns));
        var slice = FleetSlice.Of([.. rows.Select(FleetRow.Of)], query);
        var live = query.Namespace is { } one ? $"events?{FleetQuery.NamespaceField}={one}" : "events";
        await SendAsync(
            context,
            StatusCodes.Status200OK,
            new PageFrame("Fleet", visit.Prefix, Now)
            {
                Visitor = visit.Visitor,
                Live = live,
                Problem = hasAll
                    ? fleet.Problem
                    : fleet.Problem ?? "The objects are being read; this page comes again.",
                RefreshSeconds = hasAll ? null : Soon,
            },
            FleetView.Content(slice, visit.Prefix, Now)
        );
    }

    /// <summary>
    /// Returns the namespaces that the visitor may list, null for all; or why there are none.
    /// </summary>
    private async Task<(IReadOnlyList<string>? Namespaces, string? Refusal)> SeenAsync(
        string? asked,
        IRights rights,
        CancellationToken stop
    )
    {
        var refusal = await rights.RefusalAsync(Listing(null), stop);
        if (refusal is null)
        {
            return (asked is null ? null : [asked], null);
        }

        var allowed = new List<string>();
        foreach (var ns in asked is null ? fleet.Namespaces : [asked])
        {
            if (await rights.RefusalAsync(Listing(ns), stop) is not { } refused)
            {
                allowed.Add(ns);
            }
            else if (asked is not null)
            {
                refusal = refused;
            }
        }

        return allowed.Count > 0 ? (allowed, null) : (null, refusal);
    }

    private async Task ImageAsync(
        HttpContext context,
        Admission.Admitted visit,
        string ns,
        string name,
        CancellationToken stop
    )
    {
        if (await visit.Rights.RefusalAsync(Reading(ns), stop) is { } refusal)
        {
            await ProblemAsync(context, visit.Prefix, StatusCodes.Status403Forbidden, "Not allowed", refusal);
            return;
        }

        if (await _reader.ReadAsync(ns, name, visit.Rights, stop) is not { } facts)
        {
            await ProblemAsync(
                context,
                visit.Prefix,
                StatusCodes.Status404NotFound,
                "Not found",
                $"There is no {GemmaBaseImage.KubeKind} {name} in namespace {ns}."
            );
            return;
        }

        await SendAsync(
            context,
            StatusCodes.Status200OK,
            new PageFrame($"{name} in {ns}", visit.Prefix, facts.Now)
            {
                Visitor = visit.Visitor,
                Live = $"events/{ns}/{name}",
            },
            ImageView.Content(facts)
        );
    }

    private async Task FleetEventsAsync(HttpContext context, Admission.Admitted visit, CancellationToken stop)
    {
        var asked = context.Request.Query[FleetQuery.NamespaceField].FirstOrDefault() is { Length: > 0 } ns ? ns : null;
        if (asked is not null && !NameSyntax.IsNamespace(asked))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var (seen, refusal) = await SeenAsync(asked, visit.Rights, stop);
        if (refusal is not null)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        using var changes = fleet.Changes.Follow(key => seen is null || seen.Contains(key.Namespace ?? ""));
        await LiveStream.ServeAsync(context, changes, time, stop);
    }

    private async Task ImageEventsAsync(
        HttpContext context,
        Admission.Admitted visit,
        string ns,
        string name,
        CancellationToken stop
    )
    {
        if (await visit.Rights.RefusalAsync(Reading(ns), stop) is not null)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var image = new ObjectKey(ns, name);
        using var changes = fleet.Changes.Follow(key => key == image);
        await using var following = fleet.Follow(image);
        await LiveStream.ServeAsync(context, changes, time, stop);
    }

    private static AskedAccess Listing(string? ns) => new("list", ApiGroup.Name, GemmaBaseImage.KubePlural, ns);

    private static AskedAccess Reading(string ns) => new("get", ApiGroup.Name, GemmaBaseImage.KubePlural, ns);

    private Task ProblemAsync(HttpContext context, string prefix, int status, string title, string message) =>
        SendAsync(context, status, new PageFrame(title, prefix, Now), ProblemView.Content(title, message));

    private static Task SendAsync(HttpContext context, int status, PageFrame frame, Html content) =>
        WriteAsync(context, status, "text/html; charset=utf-8", Layout.Page(frame, content).ToString());

    private static Task AssetAsync(HttpContext context, string file, string type, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return WriteAsync(context, StatusCodes.Status200OK, type, ShippedFile.Read($"dashboard/{file}"));
    }

    private static async Task WriteAsync(HttpContext context, int status, string type, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }
    }
}
