using Microsoft.AspNetCore.Components;

namespace Hashgate.Proxy.Dashboard;

/// <summary>What a page is made of: its endpoint has gathered all of it, the component lays it out and asks nobody.</summary>
public abstract class DashboardPage<TModel> : ComponentBase where TModel : class
{
    [Parameter, EditorRequired]
    public TModel Model { get; set; } = null!;

    [CascadingParameter]
    public Frame Frame { get; set; } = null!;
}
