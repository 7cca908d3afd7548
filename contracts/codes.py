"""代码表 · Code lists with their Chinese names."""

CATEGORIES: dict[str, str] = {
    "A01": "资质证照",
    "A02": "安全生产管理机构及人员",
    "A03": "安全生产责任制",
    "A04": "安全生产管理制度",
    "A05": "教育培训",
    "A06": "安全生产管理档案",
    "A07": "应急管理",
    "A08": "职业卫生基础管理",
    "A09": "安全操作规程",
    "A10": "安全生产投入",
    "A11": "特种设备基础管理",
    "A12": "相关方基础管理",
    "A99": "其他基础管理",
    "B01": "生产设备设施",
    "B02": "特种设备现场管理",
    "B03": "消防与应急",
    "B04": "用电安全",
    "B05": "职业卫生现场安全",
    "B06": "危险化学品",
    "B07": "场所环境",
    "B08": "从业人员操作行为",
    "B09": "有限空间",
    "B10": "辅助动力系统",
    "B11": "相关方现场管理",
    "B99": "其他现场管理",
}


def category_name(code: str) -> str:
    """类别名称 · The Chinese name of a category; a code not in the list is shown as it is."""
    return CATEGORIES.get(code, code)
