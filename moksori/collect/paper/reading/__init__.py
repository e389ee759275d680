"""Scans of printed questionnaires, read back: picture in, answers out; plain Python.

    files.pages_of(path, name)      -> Iterator[PageImage | Trouble], page by page
    files.page_at(path, name, page) -> PageImage | Trouble, one page again
    pages.read_page(image, forms)   -> Reading (image: PageImage, or a grey array)
    deciding.decide_sheet(readings, layout) -> the same readings, judged together by
                                       this person's pen
    pictures.crop(image, reading, rect, margin) -> a straightened cut-out, grey
    pictures.straight(image, reading)           -> the straightened page, grey

Only `readings` and `troubles` may be imported by what starts with the program: the
others load OpenCV.
"""
