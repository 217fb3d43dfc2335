using GemmaInference.Api.Access;
using GemmaInference.Api.Requests;
using GemmaInference.Engine;
using GemmaInference.Grammar.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace GemmaInference.Api;

/// <summary>Puts the parts together; tests start the same server on a free port.</summary>
internal static class Server
{
    /// <param name="load">Runs on the engine's thread.</param>
    /// <param name="engineOptions">Null for the defaults with the queue of <paramref name="options"/>.</param>
    public static WebApplication Build(
        ServerOptions options,
        Func<LoadedModel> load,
        TimeProvider time,
        EngineOptions? engineOptions = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // A port that is taken is told in one line at the end, not by a stack trace.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenAnyIP(options.Port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4 * RequestLimits.MaxBodyBytes;
        });
        builder.Services.Configure<HostOptions>(host =>
            host.ShutdownTimeout = options.DrainTime + TimeSpan.FromSeconds(10)
        );
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(new EngineMetrics(options.ModelName, options.MetricsPrefix));
        builder.Services.AddSingleton(services => new InferenceEngine(
            load,
            engineOptions
                ?? EngineOptions.Default with
                {
                    MaxQueue = options.MaxQueue,
                    ReusesPrompts = options.ReusesPrompts,
                    StreamPause = options.StreamPause,
                },
            time,
            services.GetRequiredService<EngineMetrics>(),
            services.GetRequiredService<ILogger<InferenceEngine>>()
        ));
        builder.Services.AddSingleton<LargeBodies>();
        builder.Services.AddSingleton<GrammarCache>();
        builder.Services.AddSingleton<RunStarter>();
        builder.Services.AddSingleton<CompletionEndpoints>();
        builder.Services.AddSingleton<ResponseEndpoints>();
        builder.Services.AddSingleton<EmbeddingEndpoints>();
        builder.Services.AddSingleton<TokenizeEndpoints>();
        builder.Services.AddSingleton<StatusEndpoints>();
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => Allow(policy, options.Cors)));
        builder.Services.AddSingleton<EngineHost>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EngineHost>());
        if (options.ApiKeysFile is { } keys)
        {
            builder.Services.AddSingleton(services =>
                ApiKeyFile.Open(keys, time, services.GetRequiredService<ILogger<ApiKeyFile>>())
            );
        }

        var app = builder.Build();
        app.UseMiddleware<RequestIdMiddleware>();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseRouting();
        if (!options.Cors.IsNone)
        {
            // Before keys are asked for: browsers show none when they ask whether they may.
            app.UseCors();
        }

        if (options.ApiKeysFile is not null)
        {
            app.UseMiddleware<ApiKeyMiddleware>(
                app.Services.GetRequiredService<ApiKeyFile>(),
                new KeyUse(options.MaxRequestsPerKey)
            );
        }

        app.Services.GetRequiredService<CompletionEndpoints>().Map(app);
        app.Services.GetRequiredService<ResponseEndpoints>().Map(app);
        app.Services.GetRequiredService<EmbeddingEndpoints>().Map(app);
        app.Services.GetRequiredService<TokenizeEndpoints>().Map(app);
        app.Services.GetRequiredService<StatusEndpoints>().Map(app);
        return app;
    }

    private static void Allow(CorsPolicyBuilder policy, CorsOrigins origins)
    {
        if (origins.IsAny)
        {
            policy.AllowAnyOrigin();
        }
        else
        {
            policy.WithOrigins([.. origins.Listed]);
        }

        policy
            .AllowAnyMethod()
            .AllowAnyHeader()
            .WithExposedHeaders(RequestIds.Header, HeaderNames.RetryAfter, HeaderNames.Warning)
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10));
    }
}
