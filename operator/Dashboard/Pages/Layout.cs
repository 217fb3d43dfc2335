using GemmaOperator.Dashboard.Markup;
using GemmaOperator.Text;

namespace GemmaOperator.Dashboard.Pages;

/// <summary>Renders what all pages have: head, way back, time, content.</summary>
internal static class Layout
{
    public static Html Page(PageFrame frame, Html content) =>
        Html.Of(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <title>{frame.Title} · Gemma base images</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            {Refresh(frame)}<link rel="stylesheet" href="{frame.Prefix}style.css">
            <link rel="icon" href="{frame.Prefix}icon.svg" type="image/svg+xml">
            <script defer src="{frame.Prefix}script.js"></script>
            </head>
            <body{Live(frame)}>
            <a class="skip" href="#main">Skip to the content</a>
            <header>
            <nav aria-label="Pages"><a href="{frame.Prefix}">Gemma base images</a></nav>
            <p><span id="as-of" data-part>As of {Ages.Utc(
                frame.Now
            )}</span><span id="live"></span> <button id="pause" type="button" hidden>Pause</button></p>
            </header>
            <main id="main" tabindex="-1">
            <div id="problem" data-part>{Problem(frame)}</div>
            {content}
            </main>
            <footer><p>Read-only.{Visitor(frame)} To change something: <code>kubectl gemma</code>.</p></footer>
            </body>
            </html>

            """
        );

    private static Html Refresh(PageFrame frame) =>
        frame.RefreshSeconds is { } seconds
            ? Html.Of($"""<meta http-equiv="refresh" content="{seconds}">""")
            : Html.Empty;

    private static Html Live(PageFrame frame) =>
        frame.Live is { } address ? Html.Of($""" data-live="{frame.Prefix}{address}" """) : Html.Empty;

    private static Html Visitor(PageFrame frame) =>
        frame.Visitor is { } visitor ? Html.Of($" Shown to {visitor}.") : Html.Empty;

    private static Html Problem(PageFrame frame) =>
        frame.Problem is { } problem ? Html.Of($"""<p class="problem" role="alert">{problem}</p>""") : Html.Empty;
}
