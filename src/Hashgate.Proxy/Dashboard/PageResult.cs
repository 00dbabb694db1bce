using System.Text;
using Hashgate.Proxy.Access;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Hashgate.Proxy.Dashboard;

/// <summary>
/// A page, or a part of one, rendered whole before its first byte leaves, so that one that fails is a clean error. The renderer is made for the
/// request: nothing of the framework's pages is set up at the start, and no key ring comes with it.
/// </summary>
public sealed class PageResult<TPage, TModel>(TModel model, int status = StatusCodes.Status200OK) : IResult
    where TPage : DashboardPage<TModel> where TModel : class
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var frame = Frame.Of(httpContext, httpContext.Caller(), await services.GetRequiredService<AntiForgery>().TokenAsync(httpContext), services.GetRequiredService<TimeProvider>().GetUtcNow());
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(CascadingValue<Frame>.Value)] = frame,
            [nameof(CascadingValue<Frame>.IsFixed)] = true,
            [nameof(CascadingValue<Frame>.ChildContent)] = (RenderFragment)(content =>
            {
                content.OpenComponent<TPage>(0);
                content.AddComponentParameter(1, nameof(DashboardPage<TModel>.Model), model);
                content.CloseComponent();
            }),
        });
        var html = await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<CascadingValue<Frame>>(parameters)).ToHtmlString());

        var bytes = Encoding.UTF8.GetBytes(html);
        httpContext.Response.StatusCode = status;
        httpContext.Response.ContentType = "text/html; charset=utf-8";
        httpContext.Response.ContentLength = bytes.Length;
        await httpContext.Response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }
}
